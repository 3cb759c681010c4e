yes = 是 | 对 | 好 | 确认
no = 否 | 不 | 不是
have-read = 是 | 读过了 | 已读

back = 返回 | 上一题
back-in-words = -
skip = 跳过
skip-in-words = -
leave = 退出 | 离开
leave-in-words = -
help = 帮助

all = 全部
all-planned = 全部

taken = 已服 | 用了
not-taken = 漏服 | 没用 | 没有用 | 没有用药
dont-know = 不知道
