not-a-number = 这不是数字。请用数字填写，例如 60 或 0.5。
thousands = 数字里的逗号或空格可能有两种意思。一千五百请写 1500，一点五请写 1.5。
fraction = 这个分数无法识别。请写成小数，例如 0.5 或 0.33。
leading-zero = 以 0 开头的数字可能漏了小数点。请写例如 5 或 0.5。
too-many-digits = 数字太长：最多18位，其中小数点后最多9位。
two-numbers = 这里有不止一个数字。请只写一个总量，例如 10 毫克。
not-an-amount = 请写剂量和单位，例如 60 毫克或 0.5 片。
no-unit = 请在数字后面写上单位，例如 60 毫克或 2 片。
unknown-unit = 无法识别这个单位。请写例如 60 毫克、9 微克、5 毫升、2 片或 1 粒。
micro-sign = 微克符号容易被误读成毫克。请写“微克”或 mcg，例如 9 微克。
amount-range = 剂量必须大于 0 且不超过 100000，例如 60 毫克。
not-a-date = 这不是日期。请写年月日，例如 2026-03-29 或 2026年3月29日，也可以写今天、昨天。
year-first = 请先写四位数的年份，再写月和日，例如 2026-03-29。
no-year = 请写上年份，例如 2026-03-29。
no-day = 请写上几号，例如 2026-03-29。
not-relative = 请写完整的日期，例如 2026-03-29。
not-a-time = 这不是时间。请写几点几分，例如 08:30 或 21:15。
midnight = 午夜属于两天。请写 00:00 和它开始的那一天的日期，例如 2026-03-30 00:00。
twelve-o-clock = 这可能指中午或午夜。中午请写 12:00，午夜请写 00:00。
part-of-day = 钟点和时段对不上。请按24小时制写，例如 21:15。
not-a-moment = 请写时间，例如 08:30；或日期加时间，例如昨天 21:15、2026-03-29 08:30。
not-a-date-and-time = 请写日期和时间，例如 2026-03-29 08:30 或昨天 21:15。
shown-once = 那个时间当天只出现过一次。请去掉“第一次”或“第二次”。
no-such-month = 没有{ $month }月。请按年月日写，例如 2026-03-29。
year-range = 年份{ $year }不对：可以填1900年到2100年。请写例如 2026-03-29。
buddhist-year = { $year }是佛历年份，公历是{ $common }年。请写公历年份{ $common }，或1900到2100之间的年份。
which-year = 请写明年份：{ $past }还是{ $next }？
no-such-time = 没有{ $time }这个时间。请写 00:00 到 23:59，例如 21:15。
no-time = 请在日期后面写上时间，例如 { $date } 08:30。
shown-twice = { $date }时钟拨慢，{ $time }出现了两次。请写“{ $date } { $time } 第一次”或“{ $date } { $time } 第二次”。
no-such-day = 没有{ $year }年{ $month }{ $day }日：那个月有{ $last }天。请写例如 { $example }。
month = { $month }月
skipped = { $day }没有{ $time }：时钟从{ $from }拨到了{ $to }。请写 { $before } 或 { $after }。

far-ahead =
    { $years ->
        [1] { $date }是一年多以后，确定吗？
       *[other] { $date }是{ $years }年以后，确定吗？
    }
far-ago =
    { $years ->
        [1] { $date }是一年多以前，确定吗？
       *[other] { $date }是{ $years }年以前，确定吗？
    }
