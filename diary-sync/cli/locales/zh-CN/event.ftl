what-happened = 发生了什么？请输入编号；直接按回车离开。
proposal = 已向研究人员提议：{ $anchor }为{ $day }。由研究人员确认；在此之前您的日程不变。
