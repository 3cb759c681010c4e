# `quarantine` 的文字。

nothing-set-aside = 没有被隔离的内容：收到的数据包都已并入记录。
column-record = 序号
column-received = 收到时间
column-bytes = 字节
column-reason = 原因代码
column-decided = 裁定
show-explains = `quarantine show 受试者编号 序号` 会说明每种原因的含义和处理办法。
merged = 第{ $record }号现已并入试验记录。
still-not-merged = 第{ $record }号仍未并入。
accepted-record = 受试者 { $subject } 的第{ $record }号现已并入试验记录。
rejected-record = 受试者 { $subject } 的第{ $record }号不并入试验记录，但仍然保存。
rejected = 不采纳
accepted = 采纳
parcel = 受试者 { $subject } 的第{ $record }号：{ $bytes }字节，收到于 { $received }
from-phone = 来自手机 { $phone }，序列 { $incarnation } 的第{ $seq }个
reason = 原因：{ $code }。{ $meaning }
decided = 裁定：{ $decision }
what-to-do = 处理办法：{ $step }

## meaning and remedy

tell-makers = 没有丢失任何内容：手机上仍保留着记录。请把序号和手机告知日记软件的开发者。
pending = 暂不并入：它的手机尚未确认。
    .todo = 核对手机上的六位数字并用 `confirm` 确认；之后数据包会自动并入。
grant-needed = 暂不并入：加密所用的密钥尚未收到。
    .todo = 无需处理；手机下次联系时会发送密钥，之后数据包会自动并入。
to-merge = 没有阻碍：服务器随后就会并入。
    .todo = 如果是刚收到的，无需处理；否则请用 `quarantine retry`，并查看服务器日志。
key-needed = 没有阻碍，但密钥文件夹中缺少一把手机正在使用的研究中心密钥。
    .todo = 把缺少的密钥文件放回密钥文件夹（`keys list` 会指明是哪一个），再用 `quarantine retry`。
decrypt = 用它所指明的密钥打不开其内容。
commit = 内容与作者承诺的不一致。
inner-mismatch = 内外信息相互矛盾。
undecodable = 其中的内容无法读取。
oversize = 其中的内容超过允许的大小。
newer-schema = 它由比本服务器更新的日记版本生成。
    .todo = 请升级本服务器；升级后会自动重新判断。
grant = 加密所用的密钥属于另一本日记，或不是发给本研究中心的。
    .todo = 如果密钥文件夹中缺少研究中心密钥，请放回后用 `quarantine retry`；否则请告知日记软件的开发者。
phone-revoked = 据现有信息，生成它之前这部手机已被停用。
    .todo = 请询问受试者。`quarantine accept` 并入记录，`quarantine reject` 不并入。
not-allowed = 手机试图记录只有他人才可记录的内容，或冒充另一部手机。
    .todo = 请向受试者了解手机情况；问题解决后用 `quarantine retry`。
counter = 其中一条记录的顺序编号是任何手机都不可能达到的：手机上的程序被改动或已损坏。
    .todo = 请向受试者了解手机情况并更换手机；该记录仍保留，可用 `quarantine show` 查看。
failed = 本服务器的程序处理它时出错。其他数据包已并入。
    .todo = 请把序号和手机告知日记软件的开发者；升级后用 `quarantine retry`。
allowance = 它的手机已存满一部手机允许的份额；其中的内容没有打开。
    .todo = 请向受试者了解手机情况。`allow 受试者编号 手机` 可提高上限，并重新判断等待的内容；`revoke` 可停用该手机。
unknown-reason = 由更新的程序放在这里，本程序不认识其原因。
    .todo = 请再次升级本服务器。
