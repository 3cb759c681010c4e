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

# 各处理办法的命令。
remedy-retry = 重新判断：`diary-server quarantine retry { $of } { $record }`
remedy-accept = 并入记录：`diary-server quarantine accept { $of } { $record } --reason 理由`
remedy-reject = 不并入记录：`diary-server quarantine reject { $of } { $record } --reason 理由`
remedy-confirm = 确认手机：`diary-server confirm { $of } 六位数字`
remedy-allow = 提高手机的上限：`diary-server allow { $of } { $phone } --times 倍数 --reason 理由`
remedy-revoke = 停用手机：`diary-server revoke { $of } { $phone } --reason 理由`
remedy-list-keys = 密钥列表：`diary-server keys list`
