how-often = 多久用一次？请输入编号。
how-taken = 怎么用？请输入编号，也可以直接按回车不填。
really-taken-so = 确实是这样用的吗？
