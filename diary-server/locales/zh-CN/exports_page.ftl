# 以表格导出日记。

title = 导出
intro = 日记的全部内容，以表格形式供统计人员使用，打包为一个 ZIP 文件：每张表一个 CSV 文件，columns.csv 说明各列，README.txt，读取表格的 R 和 Python 脚本，以及含各文件哈希值的 manifest.json。请先打开 README.txt。
blinded = 您的角色不包括研究药物的剂量。以下内容已略去：输注剂量，以及日记和用药方案中有关研究药物的内容。
without-drug = 不含研究药物的剂量
sites = 中心
participant = 受试者
participant-help = 一名受试者的编号。留空则导出全部。
form = 格式
form-csv = CSV 文件，用于 R、Python、SAS
form-xlsx = 同上，另附电子表格，用于 Excel 和 WPS
make = 导出
noted = 稽查轨迹会记录您的账户、中心和受试者人数。请像保管日记一样保管此文件。
files-title = 供检查使用的文件
files = 能证明每条记录的密封存档由服务器运行人员用 export files 命令生成。
no-site = 请至少选择一个您的中心。没有导出。
no-participant = 这些中心没有受试者 { $subject }。没有导出。
too-large = 表格超过单次导出的上限。没有发送；请按中心或按受试者分次导出。
