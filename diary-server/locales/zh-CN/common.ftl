# 多个命令共用的文字。

list-separator = 、
clause-separator = ；
none = 无
never = 从未
and-more = 另有{ $n }项
because = ，原因：{ $reason }
column-subject = 受试者编号
column-site = 研究中心
column-added = 添加时间
column-vault = 日记库
column-phone = 手机
column-state = 状态
column-joined = 加入时间
column-key = 密钥
column-id = 编号
phone-waits = 待确认
phone-in-use = 使用中
phone-revoked = 已停用
no-participants = 还没有受试者。请用 `participant add 受试者编号` 添加。
clock-accept-step = 认可时钟：`diary-server clock accept --reason 原因`。
quantity = { $value } { $unit }
role-keeper = 日记服务器
role-relay = 中继服务器
study-left = 研究已转到别处：这个数据库已停用，之后收到的内容都不在这里。请用 --database 指明新的数据库。
study-moving = 研究正在迁移：这里显示的是迁移开始时的内容。
program-failed = 程序在 { $at } 出错。请告知日记软件的开发者
