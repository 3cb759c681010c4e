your-words = 请写下备注（一行）：
noted-as = 已记为第{ $number }条。
