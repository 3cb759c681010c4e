# 演示画面的文字。

study = 研究 NCT06836973，两名虚构的受试者，到今天为止共{ $days }天。
keeper = 服务器    { $url }（真实运行，仅限本机）
folder = 文件夹    { $folder }（标有 DEMO）
earlier = 以前的    { $folder }（以前的演示；其中的记录已保留）
playing = 演示中    [{"{"}bar:40{"}"}] {"{"}pos{"}"}/{"{"}len{"}"} 个场景，{"{"}elapsed{"}"}
played =
    已演示    手机上保存了{ $entries }条记录和更正，显示了{ $alerts }次提示，
    {"          "}联系{ $contacts }次，发送{ $pushes }次，加密数据共 { $size } KiB。
before-visit = { $subject }：研究护士在访视前看到的报告
stopped = 演示已停止：{ $error }
because = 原因：{ $error }
guide =
    看点
    - MG-001：第一次输注后的饮水呛咳和发热排在最前；每次手机都显示了该联系谁，无需网络。
    - MG-001：断网四天的记录随后完整送达；补录的晚间记录有标记；有一次用药做了更正。
    - MG-001：用药方案逐项变化，误排的一次访视已撤销：
    {"  "}`diary-server participant acts MG-001` 可查看历史。
    - MG-002：没有记录的晚上为“漏填”；最近几天为“未知”，因为手机上还有没发送的记录。
    {"  "}用下面的 `diary sync` 即可发送。
log-an-entry = 您可以用 MG-002 的身份记一条（英文；密码 { $pin }）。请在另一个终端、同一个文件夹中执行：
note = 上楼没有歇
see-it-arrive = 然后查看是否送达：
as-other = 用 MG-001 的身份（中文）：DIARY_HOME={ $home }，密码文件就在旁边。
serving = 服务器运行中，按 Ctrl-C 结束。
pages = 页面      { $url }（工作人员用浏览器打开）
open-pages = 用浏览器打开 { $url } 并登录（演示不要求第二因素）：
account = {"  "}{ $name }  密码 { $password }
