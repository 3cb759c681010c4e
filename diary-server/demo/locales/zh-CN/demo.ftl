# 演示中受试者的话。

extra-dose-note = 出门前加服
caregiver-note = 帮忙吃晚饭，碗几乎端不起来。
caregiver-name = 妻子
caregiver-reason = 手没力气
pyridostigmine = 溴吡斯的明
correction-reason = 只吃了半片
vitamin-d = 维生素D
prednisone = 泼尼松
morning-note = 睡得好，手比前几天有力。
