nothing-due = 现在没有要填的内容。
doses = { $count }次用药
recorded = 已记录：{ $done }。
still-open = 还没填的：{ $open }。用 `diary evening` 接着填，已填的都在。
