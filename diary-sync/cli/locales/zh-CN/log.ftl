which-questionnaire = 要填哪一份？请输入编号；直接按回车退出。
head = { $title }，{ $day }
head-late = { $title }，{ $day }。补填：填写时间已于{ $closed }结束，仍然可以填。
draft-resumed = 您之前已经开始填写，{ $answers }项回答都还在，请接着填。
draft-kept = 还没有填完：{ $of }项中已保留{ $answered }项。用 `{ $command }` 接着填。
answer-again = 这一份已经填过，是第{ $number }条记录。要再填一次吗？两份都会保留。
why-late = 为什么现在才填？请简单说明，也可以直接按回车不写：
