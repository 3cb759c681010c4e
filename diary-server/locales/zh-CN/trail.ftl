# `trail` 和 `rebuild` 的文字。

column-number = 序号
column-at = 时间
column-who = 操作人
column-role = 角色
column-what = 操作
column-target = 对象
column-reason = 原因
chain-holds = { $n }条稽查轨迹前后相连，完整无误。
chain-broken = 稽查轨迹在第{ $n }条断开：该条或之前的某条在本程序之外被改动、增加或删除。请原样保存这个数据库，并与备份比对。

## rebuild

same = { $subject }：一致，{ $parcels }个数据包中的{ $versions }个版本，{ $hash }
differs-replaced = { $subject }：不一致，已替换
differs-left = { $subject }：不一致，未作改动；用 --replace 原因 可换成重建的记录
differs-unopened = { $subject }：不一致，未作改动：以前能打开的{ $n }个数据包现在打不开，重建的记录缺少其内容，因此不会替换。请使用能打开它们的密钥
live = 现有 { $hash }
rebuilt = 重建 { $hash }
merged = 已并入
in-quarantine = 已隔离（{ $code }）
other-fate = 第{ $n }号：原为{ $before }，现为{ $now }
other-rows = 第{ $n }号：其数据行与内容不符
other-plaintext = 第{ $n }号：保存的明文与加密的内容不符
