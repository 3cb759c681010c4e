# `export` 的文字。

files = 已导出{ $vaults }个日记库，共{ $records }条记录和{ $trail }条稽查轨迹。
plaintexts-left-out = 不含明文。
parcels-readable = 其中{ $n }个数据包可以直接阅读：请像保管日记一样保管。
check-anywhere = 可在任何机器上核验：
csv = 已将{ $participants }名受试者导出到 { $folder }：
problems = { $n ->
        [0] 内容齐全。
       *[other] 有{ $n }项没有或没有完整导出：详见 problems.csv。
    }
readme-explains = README.txt 说明各文件，columns.csv 说明各列；read_diary.R 和 read_diary.py 可按正确的类型读取。
spreadsheet-is-there = diaries.xlsx 供 Excel 和 WPS 使用。
add-spreadsheet = 如需 Excel 或 WPS 表格，请加 --spreadsheet。
keep-as-diaries = 请像保管日记一样保管。
