# `verify` 发现的导出问题和有关说明。

disk = 无法读取：{ $reason }
malformed = 第{ $at }字节处无法读取
too-long = 共{ $bytes }字节，最多允许{ $max }字节
too-many = 列表超过{ $max }项
trailing = 结尾之后还有字节
signature = 签名不符
signer = 签名者不是本研究有权的服务器
retired = 日期晚于签名密钥的停用时间
suite = 使用第{ $suite }号加密套件，本版本不认识
invalid-key = 其公钥无效
contradiction = 各部分相互矛盾
other-root = 它属于另一个研究根密钥，与给出的指纹不符
no-bundle = 没有可读取的研究密钥包，因此无法核验其他内容
other-study = 它所指的研究与密钥包不同
bundle = 第{ $version }版：{ $problem }
not-newer = 不比前一版新
succession-other-study = 属于另一项研究
forgets = 遗漏或改动了之前列出的密钥或研究版本
not-signed = 其字节与日记服务器签名的不一致
not-listed = 日记服务器没有为此文件签名
other-version = 不是密钥包所列的研究版本
outside = 它指向文件夹之外的文件
length = 有{ $found }字节，日记服务器签名的是{ $signed }字节
trail-end = 结尾与清单所说的不符
row-missing = 第{ $row }条缺失或顺序不对
row-altered = 本条或其前一条在写入后被改动
checkpoint = 其检查点：{ $problem }
trail-rewritten = 其检查点属于另一份稽查轨迹：之前的内容被重写过
log-end = 第{ $after }条之后：{ $problem }
record-missing = 第{ $record }条缺失或顺序不对
other-database = 与清单不属于同一个数据库
other-head = 日志与其已签名的末端不符：有内容被改动、添加或遗漏
record = { $kind }：{ $problem }
other-vault = 属于另一个日记库
other-request = 属于另一个日记库或另一次请求
other-vault-or-study = 属于另一个日记库或另一项研究
no-grant = 日志中在它之前没有它所属的授权
other-grant = 其授权属于另一个作者
no-parcel = 它所指的数据包不在日志中
other-body = 它所指的正文与数据包的不同
other-record = 它所指的是第{ $named }条，而数据包是第{ $at }条
no-receipt = 没有收据说明它已保存
no-such-parcel = 日志中没有这个数据包
not-committed = 与数据包作者的承诺不一致

## kinds of records

kind-parcel = 数据包
kind-grant = 授权
kind-rewrap = 重新封装
kind-certificate = 证书
kind-revocation = 停用命令
kind-receipt = 收据
kind-recovery-secret = 恢复码
kind-join-request = 加入请求
kind-other = 第{ $kind }类

## remarks

later-kind = 第{ $kind }类内容来自更新的版本：只核验了其位置
unconfirmed = 日记库 { $vault }：设备 { $device } 从未被确认，日志中没有其密钥，无法证实它发送的内容出自它本身
grant-to-come = 日记库 { $vault }：第{ $record }条的授权还没有到达
sealed = 日记库 { $vault }：有{ $parcels }个数据包没有明文：它们在等待或被隔离
set-aside = 日记库 { $vault }：第{ $record }条内部说它是另一个数据包；日记服务器已将其隔离
chain-missing = 日记库 { $vault }：作者 { $author }，序列 { $incarnation }：第{ $first }至{ $last }个数据包没有到达
chain-twice = 日记库 { $vault }：作者 { $author }，序列 { $incarnation }：有两个第{ $parcel }号数据包，都在这里（第{ $record }条）
chain-follows = 日记库 { $vault }：作者 { $author }，序列 { $incarnation }：第{ $parcel }号数据包所接的不是这里的那个
