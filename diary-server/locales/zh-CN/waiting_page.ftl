# 等待中的手机和数据包。

title = 等待处理
phones = 等待确认的手机
no-phone = 没有等待的手机。
joined = 加入时间
late = 加入时链接可能已过期；只能由研究者确认
held = 曾由较早的服务器确认，不显示数字
parcels = 未进入记录的数据包
parcels-help = 它们已保留，不影响其他内容。其中若有危险答案，仍会显示在“今天”页面。
no-parcel = 所有数据包均已进入记录。
no-participant = 无受试者
record = 记录
received = 收到时间
bytes = 字节
accepted = 本中心已接受
rejected = 本中心已拒绝
reason = 原因
retry = 再次判断
accept = 纳入记录
reject = 不纳入
to-the-phones = 前往该受试者的手机
to-the-keys = 前往密钥
reason-needed = 需要用一句话说明原因。没有任何改动。
gone = 此数据包不再等待决定。没有任何改动。
