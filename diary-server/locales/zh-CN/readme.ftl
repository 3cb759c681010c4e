# 表格导出的 README.txt。

before =
    一项研究的日记表格。

    本文件夹中的文件：
csv =
    CSV 文件
    格式按 RFC 4180，UTF-8 编码，不带字节顺序标记（BOM），单元格之间用逗号，每行以换行符结束，第一行为列名。日期为
    YYYY-MM-DD。时刻为 UTC，例如 2026-03-29T01:30:00.000Z；以 _local 结尾的列为受试者当地的日期和时间，不带时区。
    超过9999或小于0的年份只会由错误的时钟产生，带有正负号。数字用小数点。yes 和 no 写全。空单元格表示没有内容。
    各表以 subject、entry_id 和 revision_id 相连。

    读入 R、pandas、SAS、SPSS
    程序会按内容猜测列的类型，而且会猜错：
      - 受试者编号 0012 变成 12：请先把每一列按文本读入；
      - 答案或代码 NA、None、null 或 nan 变成缺失值：这里只有空单元格才是缺失；
      - pandas.read_csv 和 read.csv 默认两者都会发生。
    本文件夹中的 read_diary.py 和 read_diary.R 按 columns.csv 的类型读取所有表，不会发生这些问题：
      Python   from read_diary import read_diary; tables = read_diary(".")
      R        source("read_diary.R"); tables <- read_diary(".")
    手工读取：pandas.read_csv(file, dtype=str, keep_default_na=False) 或
    read.csv(file, colClasses = "character", na.strings = character(0))。

    公式：电子表格会当作公式的文字（以 = + - @ 开头，包括全角，前面有无空白均可，或以制表符、换行开头），以及以撇号
    开头的文字，前面加有一个撇号。要得到原文，请把每个以撇号开头的文字去掉一个撇号，例如在 R 中：
      x <- sub("^'", "", x)
    上述脚本会自动处理。数字列没有撇号。其余文字都与所写的完全相同，包括控制字符和改变阅读方向的标记：它们可能控制
    终端，请用能显示这些字符的程序查看文件。
with-spreadsheet =
    Excel 和 WPS
    请打开 diaries.xlsx：每个表一张工作表，超过1,048,575行时另有工作表（entries 2 等）。每个单元格都有类型：数字为数字，
    其余为与所写完全相同的文字，因此中文、0012、长数字和日期都保持不变，文字不会作为公式执行。超过15位的数字也是文字。
    单元格容纳不下的文字（超过32,767个字符）会被截断并注明；CSV 文件中有全文。此类文件不能保存的控制字符按电子表格的
    写法显示为 _x001B_（十六进制编号），这些符号本身则显示为 _x005F_x001B_：电子表格和 pandas 会还原。请勿用 Excel
    打开 CSV 文件：没有字节顺序标记时中文会变成乱码，0012 会变成 12。
without-spreadsheet =
    Excel 和 WPS
    请勿双击打开 CSV 文件：没有字节顺序标记时 Excel 会把中文变成乱码，并把 0012 变成 12。带电子表格的导出另有
    diaries.xlsx，其中每个单元格都有类型。只有 CSV 文件时：数据，自文本/CSV，文件原始格式 65001 UTF-8，每一列都选文本。
after =
    哪些行有效
    请使用 counts=yes 的行。其余为与之矛盾的版本，或日程中已有回答的位置的另一条记录；corrections.csv 有每个之前的值。
    在 answers.csv 中，disposition 为 answered 的行有答案；skipped 和 not-shown 说明没有答案的原因。
    未服用或不清楚是否服用的，在 doses.csv 中没有 amount：直接对该列求和即可。planned_amount 列为计划的量。
    study_day 从研究的第一个锚点起算，该日为第1天。前一天为-1，没有第0天。

    每名受试者的内容截至同一时刻；导出期间到达的内容可能对一名受试者已包含，对另一名则没有。
    本文件夹含有明文日记：请像保管日记本身一样保管。

## files

file-columns = 每个表的每一列：类型、单位和可能的值，以及含义
file-readme = 本说明
file-r = 以正确的类型把各表读入 R
file-python = 以正确的类型把各表读入 pandas
file-manifest = 每个文件及其行数、字节数和 SHA-256；最后写入：没有它说明导出被中断，不应使用本文件夹中的任何内容
file-spreadsheet = 供 Excel 和 WPS 使用的表格
