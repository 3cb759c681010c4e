digits-prompt = 另一部手机上显示的六位数字：
approval-saved = 已保存。下次联系研究中心（`diary sync`）时会告诉研究人员，由他们确认另一部手机。
phone-asks = 另一部手机请求使用这本日记（{ $since }起）。如果是您的手机：diary approve 六位数字（那部手机上显示的数字）。如果不是，请联系研究人员。
phone-waits = 您已同意另一部手机使用这本日记，研究人员尚未确认。
phone-added = { $at }添加了另一部手机。如果您不知情，请联系研究人员。
phone-ended = { $at }停用了另一部手机。
