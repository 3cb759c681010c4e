# `worklist` 的文字。

nobody-needed = 研究中心 { $site }：{ $all }名受试者目前都不需要处理。
some-needed = 研究中心 { $site }：{ $all }名受试者中有{ $some }名需要处理，最紧急的排在最前。
at-site = （{ $site }）{ $findings }
received-until = { $at }之前收到的内容都已计入。

## findings

unreadable = 记录无法读取，请执行 `rebuild`
too-large = 紧急：内容太多，此处无法统计，请打开 `report`
left-out = 有{ $entries }条记录没有显示：手机发送的内容超过一次读取的上限，见 `report` 和 `status`
no-contact-since = 已{ $days }天没有联系，最后一次 { $since }
nothing-ever-came = 从未收到任何内容，已{ $days }天
phones-wait = { $since } 起有{ $count }部手机等待确认
quarantined = 有{ $count }个数据包被隔离，最后一个 { $last }
to-decide = 待裁定：{ $what }
contradicting-entries = { $count }条相互矛盾的记录
places-answered-twice = { $count }处重复填写
completion = 完成率{ $percent }%：应填{ $due }次，已填{ $done }次，漏填{ $missed }次，未收到{ $rest }次
parcel-not-arrived = 手机{ $phone }有一个数据包尚未到达
parcel-not-arrived-after = 手机{ $phone }在 { $at } 之后有一个数据包尚未到达
phone-holds-entries = 手机{ $phone }上还有{ $days }天的记录未发送
phone-said-holds-entries = 手机{ $phone }上还有{ $days }天的记录未发送（{ $at } 报告）
grant-missing = 有{ $count }个数据包在等待密钥
to-merge = 有{ $count }个数据包等待并入，见 `quarantine list`
lent-to-return = 借出的手机应归还：{ $why }
lent-to-return-labelled = 借出的手机（{ $label }）应归还：{ $why }
lent-study-over = 参与已结束
lent-revoked = 手机已停用
no-phone-in-use = 没有使用中的手机，最后联系 { $since }
no-phone-yet = 还没有手机

## alerts

alert = { $title }{ $times } { $last }（{ $details }）
alert-emergency = 紧急 { $alert }
alert-call = 当天联系 { $alert }
alert-was-pressing = 曾须尽快处理：{ $alert }
alert-notice = 提示 { $alert }
alert-times = ，共{ $times }次，最后一次
alert-times-pressing = ，共{ $times }次，其中{ $pressing }次未处理，最后一次
shown-and-read = 已显示并已读
shown-not-confirmed = 已显示，未确认已读
not-shown = 手机上没有显示
answers-not-finished = 问卷没有填完
none-in-record = 尚未并入记录，见 `quarantine list`
some-not-in-record = 其中{ $n }次尚未并入记录，见 `quarantine list`
visit-since = 此后已有访视
dealt-with = { $by }于 { $at } 处理：{ $what }

## doubts

doubt-newer = 紧急：有更新版本的记录无法读取，请更新服务器程序{ $last }
doubt-too-soon = 紧急：{ $name }一周内重复服用{ $last }
doubt-change = 紧急：{ $name }自报的变化需要核对{ $last }
doubt-unit = 紧急：{ $name }的单位不是该药的单位{ $last }
doubt-zone = { $phone }的时区与研究中心不同
doubt-clock = { $phone }的时钟曾偏差半天以上，或曾倒退{ $last }
doubt-ahead = 有日期尚未到来的记录{ $last }
doubt-after-end = 有结束参与之后的记录，待裁定{ $last }
doubt-before-diary = 有日记开始之前的记录{ $last }
a-phone = 一部手机
phone = 手机{ $number }
last = ，最近一次 { $day }
