own-name = 中文
english = 英文
