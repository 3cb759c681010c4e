# 研究人员的操作，以及操作前的询问。

## content

anchor-is = { $anchor } 定为 { $date }
anchor-not-set = { $anchor } 未设定
visit-held = { $date } { $visit }，已访视
visit-planned = { $date } { $visit }，已计划
visit-of-kind = { $kind } 访视
infusion = { $cycle } 第{ $day }天输注：{ $dose }，{ $start } 至 { $stop }（{ $zone }）
infusion-not-stopped = { $cycle } 第{ $day }天输注：{ $dose }，{ $start }，尚未结束（{ $zone }）
pause-separator = ；
interrupted = { $paused } 中断，尚未恢复
interrupted-resumed = { $paused } 中断，{ $resumed } 恢复
ended-early = { $paused } 提前结束
given-until-then = ，此前已输 { $given }
pause-reason = （{ $reason }）
parcel-accepted = 采纳已停用手机的数据包 { $parcel }
parcel-left-out = 不采纳已停用手机的数据包 { $parcel }
phone-asks = 手机 { $phone } 自 { $since } 起请求使用日记
entry-counts = { $among } 中以记录 { $entry } 为准
participation-ended = 结束参与：{ $how }，最后一天 { $last }
withdrawn = 已撤销
alerts-dealt-with = 已处理提醒 { $rule }：记录 { $entries }
wrong-participant = 误记在该受试者名下：记录 { $entries }
taken-over = 从日记库 { $vault } 接管：记录 { $entries }
first-day-is = 日记首日为 { $date }
newer-act = 更新版本的操作：请更新服务器程序后查看

## regimen

no-medication-from = 自 { $from } 起无用药
line-begins = 第{ $number }项：{ $line }
line-changes = 第{ $number }项：{ $name }，自 { $from } 起：{ $changes }
line-ends = 第{ $number }项：{ $name } 于 { $last } 结束
line-from = { $name } { $amount } { $form } { $route }，自 { $first } 起
line-to = 至 { $last }
on-weekdays = 每周{ $days }
every-days = 每{ $n }天
as-needed = 必要时
step = ，自 { $from } 起 { $amount }
renamed = 药名改为 { $name }
other-limits = 必要时用药的限制有变
line-shown = 第{ $number }项，{ $name }：{ $from } 至 { $to }（{ $state }）：{ $what }
line-shown-open = 第{ $number }项，{ $name }：自 { $from } 起（{ $state }）：{ $what }
state-over = 已结束
state-planned = 计划中
state-now = 当前
every-days-from = 自 { $from } 起每{ $n }天
most-per-day = ，每天最多 { $most }
least-apart = ，至少间隔{ $minutes }分钟
no-medication-today = 今天没有用药
weekday-separator = 、
weekday-monday = 一
weekday-tuesday = 二
weekday-wednesday = 三
weekday-thursday = 四
weekday-friday = 五
weekday-saturday = 六
weekday-sunday = 日

## questions about a date

what-from = 起始日
what-first = 首日
what-last = 末日
what-step = 调整日
what-first-day = 首日
what-last-day = 最后一天
years-past = { $what } { $date } 在{ $n }年以前
years-ahead = { $what } { $date } 在{ $n }年以后
other-year-past = { $what } { $date } 不在今年，是{ $n }天以前
other-year-ahead = { $what } { $date } 不在今年，是{ $n }天以后
after-end = { $what } { $date } 晚于结束参与的日期 { $last }

## questions about an act

infusion-was-on = { $cycle } 第{ $day }天的输注在 { $on }（操作 { $act }）
infusion-would-be = { $cycle } 第{ $day }天的输注在 { $on }（操作 { $act }），改动后会成为第{ $n }天
comes-after-unset = { $anchor } 应在 { $after } 之后，而 { $after } 尚未设定
not-after = { $anchor }（{ $date }）不在 { $after }（{ $first }）之后
away-from-expected = { $anchor }（{ $date }）比 { $after }（{ $first }）晚{ $days }天；预计为{ $expected }天
visit-recorded-already = { $on } 的 { $kind } 访视已录入（操作 { $act }）
visit-planned-already = { $on } 的 { $kind } 访视已计划（操作 { $act }）
visit-recorded-near = { $on } 已录入一次 { $kind } 访视，与这次相隔{ $days }天（操作 { $act }）
visit-planned-near = { $on } 已计划一次 { $kind } 访视，与这次相隔{ $days }天（操作 { $act }）：如果是改期，请用 --corrects 加这个编号
before-first-visit = { $kind } 访视从 { $anchor }（{ $first }）起算；{ $date } 比它早{ $days }天
dose-unit = 剂量 { $dose }：{ $drug } 的单位是 { $units }
or = {" "}或{" "}
stops-ahead = 结束时间在将来；请在输注结束后再录入结束时间
cycle-not-set = { $cycle } 尚未设定；请先设定其第一天
other-day = { $on } 是 { $cycle }（始于 { $first }）的第{ $n }天，不是第{ $day }天
infusion-recorded-already = { $cycle } 第{ $day }天（操作 { $act }）已录入：请用 --corrects 加这个编号更正
infusion-overlaps = 与 { $cycle } 第{ $day }天（操作 { $act }）的输注时间重叠
infusion-other-order = { $cycle } 第{ $day }天（操作 { $act }）始于 { $on }：各天顺序不符
dose-far = 剂量 { $dose }，上次为 { $before }：相差{ $factor }倍以上
last-day-to-come = 最后一天 { $last } 尚未到来
visit-after-last = { $kind } 访视在 { $on }，晚于最后一天 { $last }（操作 { $act }）
infusion-after-last = { $cycle } 第{ $day }天的输注在 { $on }，晚于最后一天 { $last }（操作 { $act }）
line-gone = 第{ $number }项 { $name } 将不复存在，对它的操作 { $acts } 随之失效

## an infusion that cannot have been

no-such-day = { $cycle } 第{ $day }天没有输注，输注日为第 { $days } 天
dose-out-of-range = 剂量 { $dose }：应大于0，最多 { $most }
starts-ahead = 开始时间在将来；请在输注开始后再录入
stops-before-start = 结束时间早于开始时间
longer-than-cycle = 持续时间超过 { $cycle } 的{ $days }个输注日；请核对日期
interruption-at = { $paused } 的中断：{ $doubt }
pause-before-start = 早于输注开始
pause-after-stop = 晚于输注结束
pause-ahead = 在将来
resumed-before-pause = 恢复时间早于中断时间
resumed-ahead = 恢复时间在将来
resumed-after-stop = 恢复时间晚于输注结束
pauses-overlap = 尚未恢复就开始了下一次中断
pause-not-resumed = 输注已有结束时间，此前却没有恢复
ended-at-other-time = 输注在此提前结束，而结束时间不同
given-in-other-unit = 此前已输 { $given }，单位与剂量不同
given-above-dose = 此前已输 { $given }，多于剂量
given-less-than-before = 此前已输 { $given }，少于前一次中断时
day-zero = 周期的天数从1起
too-many-interruptions = 最多{ $most }次中断

## remarks on a regimen

too-many-lines = lines：一个文件最多{ $most }项
no-line-to-end = end：没有第{ $number }项
no-line-on = 第{ $n }项：{ $from } 没有第{ $number }项
ambiguous-line = 第{ $n }项，{ $name }：可能是方案的第 { $lines } 项。请用 line = N 指明，或用 new = true 表示新增
of-line = 第{ $n }项，{ $name }：{ $said }
drops-planned = 这会取消已有的计划：{ $planned }
amount-far = { $amount }，此前为 { $before }：相差{ $factor }倍以上
times-twice = { $times } 重复填写，只询问一次
line-begins-later = 第{ $number }项始于 { $from }。请更正开始它的操作，或用 new = true 并把 last 设为其前一天
drops-limit = 这会取消必要时用药的限制，目前的限制{ $limits }
planned-stays = 已有的计划仍然有效：{ $planned }。这次的设定只到那时为止
planned-step = { $name } { $amount }，自 { $from } 起
