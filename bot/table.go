package bot

import "strings"

// FiguresOnly reports whether the cells of a column are numbers, or empty: numbers are compared digit under digit.
func (t Table) FiguresOnly(column int) bool {
	found := false
	for _, row := range t.Rows {
		if column >= len(row) || len(row[column]) == 0 {
			continue
		}
		if len(row[column]) > 1 || row[column][0].Kind != Number {
			return false
		}
		found = true
	}
	return found
}

// Aligned are rows of worded cells in columns with a gap between them, and how wide the widest row can be. Those columns that are at
// the right have their cells at their right side. Width says how many columns of type of one width words take.
func Aligned(rows [][]string, right []bool, gap int, width func(words string) int) (lines []string, columns int) {
	widths := make([]int, len(right))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], width(cell))
		}
	}
	columns = gap * max(len(widths)-1, 0)
	for _, w := range widths {
		columns += w
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			free := strings.Repeat(" ", widths[i]-width(cell))
			if right[i] {
				cell, free = free, cell
			}
			b.WriteString(cell + free)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines, columns
}
