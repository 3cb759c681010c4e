# 今日页面。

title = 今日
received-until = { $at }之前收到的内容都已计入。
week = 本周访视和输注
no-visits = 未来七天没有安排。
took-place = 已完成
and-more = 另有{ $n }项
worklist = 需要处理：{ $all }名中的{ $some }名
nothing-to-do = 目前没有受试者需要处理。
subject = 受试者编号
findings = 情况
last-contact = 最后联系
never = 从未
new = 新
parts = 列表分页
new-title = 自您上次查看后的新内容
nothing-new = 自您上次查看后没有新内容。
came = 最近一次收到
you-looked = 您上次查看
never-looked = 您尚未查看
deal = 标记为已处理
what-was-done = 处理措施
dealt = { $n ->
        [0] 之前已标记，没有改动。
       *[other] 已将{ $n }个警示标记为已处理，并保留在记录中。
    }
say-what = 请填写处理措施。没有标记。
no-such-alert = 没有这个警示。没有标记。
unreadable = 记录无法读取，请告知服务器的运维人员
too-large = 紧急：内容太多，此处无法统计，请打开该受试者
left-out = 有{ $entries }条记录没有显示：手机发送的内容超过一次读取的上限
to-merge = 有{ $count }个数据包等待并入
not-in-record = { $n }个尚未并入记录
