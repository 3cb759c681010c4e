# `participant` 的文字。

added = 已在研究中心 { $site } 添加受试者 { $subject }。下一步：diary-server enrol { $subject }
formerly = 原编号 { $subjects }
same-person = 与 { $subjects } 为同一人
counts-from-now = 从现在起，受试者 { $subject } 的该处以记录 { $entry } 为准。其他记录仍可查看。
handled-before = 受试者 { $subject } 的提醒 { $rule } 以前都已处理。没有任何改动。
handled = 已处理受试者 { $subject } 的{ $n }次提醒 { $rule }，处理人 { $by }：{ $what }
renamed = { $before } 现在改为 { $now }。原编号仍可查到。
linked = { $subject } 与 { $other } 已关联为同一人。
unlinked = { $subject } 与 { $other } 已取消关联。
attached = 日记库 { $vault } 重新成为受试者 { $subject } 的日记。

## act, said back

act-withdrawn = 已撤销受试者 { $subject } 的：{ $was }。
act-corrected = { $subject }：{ $what }。原为：{ $was }。
act-made = { $subject }：{ $what }。
phones-learn = 手机下次联系时会收到。
act-line = 操作 { $act }，{ $by }，{ $at }{ $because }
regimen-from = 受试者 { $subject } 自 { $from } 起的用药方案：
act-by = 操作 { $act }，{ $by }
no-acts = 受试者 { $subject } 没有操作记录。
act-listed = { $act }  { $state }：{ $what }（{ $by } { $at }{ $because }）
act-listed-corrected = { $act }  { $state }，已更正：{ $what }（{ $by } { $at }{ $because }）
act-before = 更正前 { $act }：{ $what }（{ $by } { $at }{ $because }）
state-holds = 有效
state-planned = 计划中
state-overtaken = 已被取代
state-withdrawn = 已撤销

## show

section-participant = 受试者
section-phones = 手机
section-diary = 日记
section-anchors = 日程锚点
section-regimen = 用药方案
section-visits = 访视
section-infusions = 输注
section-end = 结束参与
section-others = 属于其他受试者的记录
section-taken-over = 接管的记录
section-to-do = 待办
set-by = （操作 { $act }，{ $by } { $at }{ $because }）
anchor-on = { $anchor }（{ $title }）：{ $day } { $set }
anchor-not-set = { $anchor }（{ $title }）：未设定
ended = { $how }，最后一天 { $last } { $set }
later-entries = 此后日期的{ $n }条记录单独保存
taken-over = { $entries }，来自 { $from } { $set }
from-vault = 日记库 { $vault }
not-in-record = 有{ $n }个数据包未并入记录：`quarantine list`
subject-line = { $subject }，研究中心 { $site }（{ $zone }），添加于 { $added }，日记库 { $vault }
number-renamed = 由 { $was } 改为 { $now }
number-linked = 与 { $subject } 关联
number-unlinked = 与 { $subject } 取消关联
number-change = { $what }（{ $by } { $at }{ $because }）
phone-numbered = 手机{ $number }
phone-not-confirmed = 未确认
phone-line = { $phone }：{ $state }，加入于 { $joined }，密钥 { $key }
no-contact-yet = 尚无联系
last-contact = 最后联系 { $at }
diary-not-begun = 尚未开始，{ $entries }条记录
diary-begun = 首日 { $day }，{ $entries }条记录
made-under = ，填写时的版本：{ $versions }
study-version = 研究第{ $version }版
visit-held = { $day }，{ $kind }，已访视 { $set }
visit-to-record = { $day }，{ $kind }，已计划；访视完成后请再录入一次 { $set }
visit-planned = { $day }，{ $kind }，已计划 { $set }
infusion-line = { $cycle }第{ $day }天：{ $start } 至 { $stop }，{ $dose }{ $unit } { $set }
infusion-not-stopped = { $cycle }第{ $day }天：{ $start }，尚未结束，{ $dose }{ $unit } { $set }
other-unit = ，不是研究药物的单位！
