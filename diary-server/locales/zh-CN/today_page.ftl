# 首页：需要关注的受试者。

title = 今天
site-now = { $zone }，{ $now }
nothing-urgent = { $all }名受试者目前均无需关注。
some = { $all }名受试者中有{ $some }名需要关注，最紧急的在前。
new = 新
new-since = 标为“新”的内容是您上次打开该受试者之后收到的。
never-opened = 您尚未打开过该受试者
last-contact = 最近联系
no-contact = 尚无
dealt = 标记为已处理
dealt-what = 做了什么
dealt-rule = 警报
dealt-button = 记录
dealt-done = 已记录。警报连同您的说明保留在记录中。
dealt-nothing = 此警报已处理过。没有任何改动。
dealt-reason = 请用一句话写明做了什么。没有任何改动。
clock-doubted = 服务器时钟存疑，以下日期可能有误。
