# 受试者报告的文字，供研究中心人员阅读。

## difference

list-separator = 、
semicolon = ；
yes = 是
no = 否
note = 备注
instruction-shown = 提示已显示
section-withdrawn = 已撤回
another-phone = 另一部手机
newer-entry = 更新版本的记录
needs-an-update = 本版本无法读取，请更新服务器程序
part-withdrawn = 已撤回
let-in = 同意使用
taken = 已服
dont-know = 不清楚
not-taken = 未服

## grid

x-missed-a-not-asked-the = x 漏填 · a 未询问（手机当时无从得知）· p 仍在手机上 · ? 未知，此后未联系到手机 · o 仍可填写 · + 按时填写 · L 补录 · c 已更正 · d 多次填写、尚未裁定，显示第一次 · ! 矛盾或超出范围 · * 触发提醒 · / 已问未答 · ~ 因其他回答而未问 · Y 是，- 否 · I 输注（i 计划，| 中断） · V 访视 · b 集中补填 · C 照护者 · S 自称研究人员或日记程序
doses-taken-planned-then-n-not = 用药：已服/计划，其后 n 未服、k 不清楚、a x p ? o 同上、+1 加服 · 毫克：已服药量的精确合计，+ 至少（有未回答或规格不明），? 不明

## html

diary-of-participant = 受试者 { $participant } 的日记

## grid

infusion-visit = 输注、访视
entered-by-others = 他人代填
on-phone = 所用手机
filled-in-together = 集中补填
change-since-the-last-visit = 较上次访视
change-against-before-treatment = 较治疗前
row-total = 总分
row-mg = 毫克
last-dose = 末次服药
prednisone-equivalent-mg = 泼尼松当量，毫克

## odd

answered-twice-in-one-entry = 同一条记录中回答了两次
not-one-of-the-options = 不在选项之内
in-a-unit-that-is-not = 单位不在可选之内
with-more-digits-than-are-asked = 小数位数过多
no-possible-answer-to-this-question = 不是该问题的有效回答
outside-what-can-be = 超出可能的范围
outside-to = 超出{ $min }至{ $max }的范围
below = 小于{ $min }
above = 大于{ $max }

## plot

dashed-before-treatment = ，虚线：治疗前
day-white-at-least = /天；空心：至少
line-prednisone-eq-mg = ；横线：泼尼松当量 0–{ $steps-top } mg

## sections

nothing-stands-out = 没有需要特别注意的事项。
look-at-this-first = 请先看这里
entries-of-other-days = 其他日期的记录
no-phone-has-joined = 尚无手机加入。
section-phones = 手机
phone-title = 手机
colon = ：
no-entries-and-nothing-due = 没有记录，也没有应填内容。
in-short = 概要
treatment-and-visits = 治疗与访视
regimen-and-reported-changes = 用药方案与自报变化
doses-other-than-planned = 与计划不同的用药
doses-not-taken = 未服用的药
alerts-all = 全部提醒
section-events = 事件
in-the-participant-words = 受试者的话
entered-late = 补录
section-corrected = 更正
withdrawn = 撤回
contradicting-versions = 相互矛盾的版本
several-entries-for-one-place = 同一时段多次填写
shown-as-they-came = 按原样显示
answers-behind-the-last-total = 最近一次总分的各项回答
answered-alike-every-time = 每次回答都相同
away-from-home = 外出时区
section-keys = 选项编号
none-in-these-days = 本期间没有
comma = ，
phone-of = 手机
quoted = “{ $theirs }”
remarks = （{ $joined }）
check-s-begun-and-not-finished = ；有{ $n }份记录已开始但未完成
nothing-has-come-from-it = 尚未收到任何内容
it-has-not-said-what-it = 手机未说明是否还有未发送的内容
everything-recorded-up-to-is-here = { $at }之前的记录已全部收到；之后的情况未知
on-it-still-held-entries-of = { $at }时手机上仍有未发送的记录：{ $days }
revoked = 已于{ $at }停用
last-contact = 最后联系{ $at }；

## alarms

taken-again-within-a-week = 一周内重复服用
no-phone-has-been-heard-of = 从未收到任何手机的信息
more-entries-whose-versions-contradict = 另有相互矛盾版本的记录
more-places-with-several-entries-not = 另有多次填写、尚未裁定
still-on-the-phone-not-received = 仍在手机上，尚未收到
unknown-phone-not-heard-of-since = 情况未知（此后未联系到手机）
missed-entries-checks-or-answers-on = 漏填（记录或用药）
a-phone-sent-entries-that-claim = 手机发来自称由研究人员或日记程序填写的记录，已保留，请询问
newer-entries = 有用更新版本的日记填写的记录，已保留，但本版本无法读取：请更新服务器程序
a-time-that-cannot-be-is = 声称的时间不可能存在，未予采用
entered-by-somebody-else = 由他人代填
no-complete-total-from-before-the = 没有治疗前的完整总分可供比较
clock-ran-ahead = 走快
clock-was-set = 使用中被调整
clock-went-back = 倒退
clock-was-ahead = 偏快
clock-was-behind = 偏慢
range-to = 至
days-short = { $n }天
hours-short = { $n }小时
minutes-short = { $n }分钟
severity-emergency = 紧急
severity-call = 当天联系
severity-notice = 提示
no-record-that-the-instruction-was = 没有显示提示的记录
shown-the-answer-was-corrected-since = 已显示；回答后来已更正
shown-the-answers-were-not-finished = 已显示；问卷没有填完或尚未收到
not-confirmed-as-read = 未确认已读
received-not-yet-part-of-the = 已收到，尚未并入记录：其数据包被隔离，见“隔离”
visit-on = { $visit }已访视
dealt-with-by = { $by }已于{ $at }处理：{ $what }
dated-by-a-wrong-clock-received = 因手机时钟错误记为{ $day }，收到于{ $received }
earlier-hits = ，此前还有{ $n }次
clock-of-phone-was-ahead-its = 手机{ $phone }的时钟{ $when }偏快{ $by }；其时间存疑
clock-of-phone-was-behind-its = 手机{ $phone }的时钟{ $when }偏慢{ $by }；其时间存疑
between-and = { $from }至{ $to }
clock-of-phone-by-up-to = 手机{ $phone }的时钟{ $what }，最多相差{ $minutes }（最近见于{ $at }）；其时间存疑
phone-and-a-copy-of-it = 手机{ $phone }与其副本在{ $places }处发送了不同内容，最后一次{ $last }；两份都保留。请询问由谁使用哪部手机
infusion-after-plan = “{ $cycle }”：第{ $n }天的输注持续到{ $ran }，晚于计划的最后输注日{ $planned }。安全观察与警示仍按计划日询问，自首次输注起算
infusion-of-day-is-in-a = { $cycle }第{ $n }天输注（{ $day }）：{ $dose }，单位不是研究药物的单位
entries-of-phone-are-not-shown = 手机{ $phone }有{ $entries }条记录没有显示，也没有计入本报告的任何数字：这部手机发送的内容超过一次读取的上限。记录都保存着，导出文件时会全部包含。请查明这部手机的情况，必要时停用
entries-cannot-be-explained-by-any = { $count }条记录无法用现有研究版本解读，按原样显示：{ $on }
on-taken-expected = { $day }{ $name }：用了{ $taken }，应为{ $planned }
the-participant-reports-for-the-site = 受试者报告{ $day }：{ $anchor }；研究中心尚未据此设定日期
parcel-s-of-phone-received-and = 手机{ $phone }有{ $count }个数据包已收到但未合并：{ $why }；最后一个收到于{ $last }
a-change-from-is-reported-no = { $name }：受试者报告自{ $from }起有变化；此后尚未设定新的用药方案

## doubtful

or = 或
no-answer = 未答
they-say-the-same = 内容相同
phone-clock = 手机时钟
received = 收到于
entries-of-days-that-had-not = 收到时日期尚未到来的记录，不计入任何一天（{ $n }条）：{ $days }
entries-of-days-after-the-end = 退出研究之后的记录，不计入（{ $n }条）：{ $days }
entries-made-under-the-wrong-participant = 误记在该受试者名下的记录，不计入（{ $n }条）：{ $days }
entries-received-in-these-days-of = 本期间收到的、日期早于日记开始的记录（{ $n }条）：{ $days }
entries-received-in-these-days-of-days = 本期间收到的更早日期的记录（{ $n }条）：{ $days }
phone-lives-in-the-site-in = 手机{ $phone }自{ $since }起使用{ $zone }时区，研究中心所在时区为{ $site }
filled-in-together-to-entries-of = 集中补填（{ $from }至{ $to }）：{ $days }的记录
of-entries-for-one-place-the = { $day }{ $subject }同一时段有{ $entries }条记录，裁定前以第一条为准：{ $values }
of-entries-for-one-place-more = { $day }{ $subject }同一时段有{ $entries }条记录，裁定后又有新记录：{ $values }
of-versions-contradict-each-other = { $day }{ $subject }有相互矛盾的版本：{ $values }
from = 自{ $from }起
no-dose-can-be-so-counted = { $name }：{ $doses }，剂量不可能如此，未计入任何合计
not-in-as-it-should-be = { $name }：{ $doses }，单位应为{ $known }
value-on-day = { $day } { $value }

## history

nothing = 无
nothing-changed = 内容未变
two-contents-under-one-id = （同一编号两种内容）
not-decided-entries = 尚未裁定；记录
decided-by = 裁定人
more-has-come-since = 此后又有新记录
entry-counts = ，以此为准
not-at-hand = ，未加载
study-version = 研究第{ $version }版{ $missing }
recorded = 录入于{ $stamp }

## treatment

not-answered-in-these-days = 本期间未填写
no-total-up-to-a-visit = ；无访视前总分可比
not-planned = ：方案外
time-of-recording = 为录入时间
planned = （计划）
visits = 访视：
stop-not-recorded = 未记录结束时间
as-needed = 必要时
no-longer-planned = 现已不在计划内
participant-from = 受试者，自{ $from }：{ $text }{ $about }
planned-taken = { $day }{ $name }：计划{ $planned }，实际{ $taken }{ $about }
now-planned-at = 现计划为{ $now }
minutes-early = 早{ $by }
minutes-late = 晚{ $by }
withdrawn-of-by = 已撤销：{ $made }的{ $kind }（{ $by }，{ $at }：{ $reason }）
corrected-of-by = 已更正：{ $made }的{ $kind }（{ $by }，{ $at }：{ $reason }）
at-least-apart = ，至少间隔{ $least }
at-most-a-day = ，每日最多{ $most }
every-days = 每{ $every-days }天
treatment-from = 自{ $date }
site-line = 研究中心，第{ $n }项，{ $name }：{ $all }
site-no-medication-from = 研究中心：自{ $from }起无用药
day = 第{ $day }天 { $start } – { $stop }
infusion-paused = { $paused }中断，尚未恢复
infusion-resumed = { $paused }中断，{ $resumed }恢复
infusion-ended-early = { $paused }提前结束
given-until-then = 此前已输{ $given }
infusion-interrupted-on = { $day }输注中断
infusions-counted-from = 输注（自“{ $name }”起），{ $dose }：{ $infusions }
last-dose-before-this-report = ；最近一次{ $at }，{ $amount }，距本报告{ $before }{ $doubts }
mg-of-dose-s-cannot-be = ；{ $uncounted }次规格不明，无法计算毫克数
of-planned-doses-taken = { $name }：计划{ $planned }次，已服{ $taken }次
of-answered = { $title }：应填{ $due }次，已填{ $answered }次{ $comma }{ $rest }
is-not-set = ；“{ $anchor }”尚未设定

## text

day-by-day = 逐日情况

## days

column-last = 末次
pred-eq = 泼尼松当量

## grid

column-day = 日
column-weekday = 星期
column-total = {"  "}总分

## words

weekday-monday = 一
weekday-tuesday = 二
weekday-wednesday = 三
weekday-thursday = 四
weekday-friday = 五
weekday-saturday = 六
weekday-sunday = 日
by-the-diary = 由日记程序
on-a-phone-as-if-by = 在手机上填写，却标为由日记程序生成
skip-forgot = 忘记
skip-side-effects = 副作用
skip-felt-well = 感觉良好
skip-could-not-swallow = 无法吞咽
skip-ran-out = 药已用完
skip-told-to = 遵医嘱停用
skip-other = 其他
act-anchor = 日程锚点
act-regimen = 用药方案
act-visit = 访视
act-infusion = 输注
act-adjudicate = 记录裁定
act-end-of-participation = 结束参与
act-alerts-handled = 提醒处理
act-other-participant = 属于他人的记录
change-started = 开始
change-changed = 调整
change-stopped = 停用
against-before-treatment = 较治疗前{ $signed }（{ $from }{ $over }）
since-the-visit-of = 较{ $visit }访视{ $signed }（{ $from }{ $over }）
a-later-one-is-incomplete = ，其后一次不完整
total-on-day = { $date }为{ $total }
no-total-of-answered = 无总分：{ $of }项中答了{ $answered }项
on-a-phone-by-somebody-who = 在手机上填写，自称研究人员：{ $name }（{ $reason }）
by-caregiver = 由照护者{ $name }代填（{ $reason }）
quantity = { $value }{ $unit }
month-of-year = { $year }年{ $month }

## parts

restored = 手机{ $phone }的日记曾从备份恢复或被复制，首次收到于{ $at }；此后内容计入新的序列
restored-again = 手机{ $phone }的日记曾从备份恢复或被复制，首次收到于{ $at }（此前还有{ $n }次）；此后内容计入新的序列
on-instant = { $at }
duration = { $longer }{ $shorter }
earlier-values = 此前还有{ $n }次
odd-answer = { $question }{ $answers }，{ $wrong }
odd-value = { $label }：{ $answers }，{ $wrong }
more-differences = 另有{ $n }项
slots-late = 其中补录{ $n }
slots-missed = 漏填{ $n }
slots-still-on-phone = 仍在手机上{ $n }
slots-unknown = 未知{ $n }
slots-open = 仍可填写{ $n }
slots-not-asked = 未询问{ $n }
doses-not-taken-because = 未服{ $n }次{ $reasons }
doses-not-known = 不清楚{ $n }次
doses-without-answer = 未回答{ $n }次
doses-still-on-phone = 仍在手机上{ $n }次
doses-unknown = 未知{ $n }次
doses-open = 仍可填写{ $n }次
doses-not-asked = 未询问{ $n }次
doses-extra = 加服{ $n }次
doses-entered-twice = 重复填写未计{ $n }次
on-weekdays = 每周{ $days }
weekday-separator = 、
heading-study = { $study } { $title }（第{ $version }版），研究中心：{ $site }
heading-period = { $period }（{ $days }天，最后一天尚未结束）· 生成于{ $made } · 时区{ $zone }
gap = 有已发出的内容尚未到达
gap-after = 有已发出的内容尚未到达；{ $until }之前完整
some-not-merged = 已发出的内容均已收到，其中{ $count }个数据包未合并
some-not-merged-after = 已发出的内容均已收到，其中{ $count }个数据包未合并；{ $until }之前已并入记录
asked = { $question }{ $answer }
labelled = { $label }：{ $value }
month = { $month }月
day-of-month = { $month }{ $day }日
full-date = { $year }年{ $month }{ $day }日
whole-year = { $year }年
days-of-month = { $month }{ $first }–{ $last }日
days-between = { $first }–{ $last }
part-medication = 药物
part-day = 日记日
part-place-in-the-schedule = 对应的填写时段
part-version-of-the-questions = 问卷版本
part-wording = 文字版本
part-beyond-the-plan = 计划外
part-time = 时间
part-amount = 用量
part-how = 用法
part-why-taken = 用药原因
part-from = 起始日
part-dose = 剂量
part-how-often = 频率
part-form = 剂型
part-why = 原因
act-quarantine-decision = 隔离数据包的处理
act-phone-asks = 另一部手机的请求
act-withdrawn = 撤回
act-taken-over = 接管
act-first-day = 首日
act-newer = 更新版本的操作，请更新服务器程序

## server clock

server-clock-set-back = 服务器时钟被往回调过：此前签署过{ $newest }。请校准时钟；如果现在的时间正确、而之前的时间超前，请认可现在的时间。
server-clock-behind = 服务器时钟落后：此前签署过{ $newest }。解决之前不接收任何内容，手机会保留数据；“漏填”和“应填”不可信。请校准时钟；如果现在的时间正确、而之前的时间超前，请认可现在的时间。
server-clock-years-ahead = 服务器时钟比此前签署的最新时间{ $newest }超前数年。解决之前不接收任何内容，手机会保留数据；“漏填”和“应填”不可信。请校准时钟；如果时间正确，请认可现在的时间。
server-clock-leapt = 服务器时钟从{ $from }直接跳到{ $to }。如果服务器停机过，这是正常的；否则时钟超前，“漏填”和“应填”不可信。请校准时钟，或者认可现在的时间。
empty-not-asked = 未询问
empty-open = 尚可填写
empty-missed = 漏填
empty-on-phone = 仍在手机上
empty-unknown = 未知
