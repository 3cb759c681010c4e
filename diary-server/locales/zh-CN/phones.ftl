# `pending`、`confirm`、`phones`、`revoke` 和 `allow` 的文字。

## pending

nothing-pending = 没有等待确认的手机。
joined-late = { $joined }（已晚：加入时链接已过期）
pending-by-retired-key =
    {"*"} 它的证书由本服务器一把已作废的密钥签发：可能是备份之后登记的手机，也可能是盗用该密钥的人伪造的。
    {"  "}只有拿到这部手机并核对其密钥后，才可执行 `confirm 受试者编号 --phone 密钥 --reason 原因`；否则请用 `revoke`。

## confirm

confirmed = 已确认受试者 { $subject } 的手机。手机此前的记录现已并入。
confirmed-approved = 已确认受试者 { $subject } 的手机，受试者已在另一部手机上同意。手机此前的记录现已并入。
confirmed-before = 受试者 { $subject } 的这部手机以前已确认。它所需的内容已再次发送。
link-had-expired = 它联系中继服务器时，链接已过期。

## phones

none-joined = 受试者 { $subject } 还没有手机加入。
store-began-anew = 手机存储重新开始过{ $n }次
revocation-by-retired-key =
    {"*"} 收回了一份停用这部手机的命令，由本服务器一把已作废的密钥签发：可能是备份之后停用的，也可能是盗用该密钥的人伪造的。
    {"  "}该命令不生效。请询问受试者；如果确应停用，请用 `revoke` 停用这部手机。
allowance-used-up = 存储份额已用完：见 `status` 和 `allow --help`
allowance-near = 存储份额即将用完：见 `status`
allowance-raised = 可存入平常的{ $times }倍

## revoke

revoked = 已停用受试者 { $subject } 的手机{ $number }。此前发送的内容有效；此后发送的内容会被隔离（`quarantine list { $subject }`），手机也不能再读取新内容。
turned-away = 已拒绝受试者 { $subject } 的一部从未确认的手机。

## allow

allowed = 受试者 { $subject } 的{ $phone }可存入平常的{ $times }倍。{ $cleared }手机上暂存的内容下次联系时会发送；在此等待的内容会重新判断。
allowed-phone = 手机{ $number }
allowed-unconfirmed = 未确认的手机
count-cleared = 此前存入的不再计数。

## loans

lent = 医院借出
lent-labelled = 医院借出（{ $label }）
lent-returned = 医院借出，已于 { $at } 归还
lent-labelled-returned = 医院借出（{ $label }），已于 { $at } 归还
own-phone = 受试者自己的手机
phone-mark = { $subject } 的手机 { $phone }：{ $loan }。
