yes = 是 | 是的 | 有 | 对 | 对的
no = 否 | 不 | 不是 | 没有 | 没 | 无 | 不对

now = 现在 | 刚才 | 刚刚
today = 今天 | 今日
yesterday = 昨天 | 昨日
two-days-ago = 前天 | 前日
three-days-ago = 大前天
tomorrow = 明天 | 明日
in-two-days = 后天
this-month = 这个月 | 本月
last-month = 上个月 | 上月
this-year = 今年
last-year = 去年
two-years-ago = 前年

first-time = 第一次
second-time = 第二次

noon = 正午
midnight = 午夜 | 半夜
am = -
pm = -
morning = 上午 | 早上 | 早晨 | 清晨 | 凌晨
midday = 中午
afternoon = 下午 | 傍晚
evening = 晚上 | 夜里 | 夜晚

months = -

milligram = -
microgram = -
gram = 公克
milliliter = -
international-unit = -
tablet = 药片 | 片药
capsule = 胶囊 | 粒胶囊
drop = -
puff = -
celsius = 度 | 摄氏度
mercury = -
per-minute = 次/分钟
kilogram = 千克
hour = 个小时
day = -

numbers = -
half = -
quarter = -
