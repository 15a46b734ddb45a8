package console

import (
	"slices"

	"boardcast/bot"
)

// The widths that decide how a table is laid out.
const (
	narrow    = 50 // below, a table that does not fit as it is becomes one block a row
	leastCell = 10 // a cell is not squeezed below this
)

// grid is a table's cells, worded; the first row is its heads.
type grid struct {
	rows   [][]row
	right  []bool // columns of numbers
	widths []int
}

// table aligns the cells in columns, or puts each row into a block of its own where the columns do not fit.
func (l layout) table(t bot.Table) []row {
	if len(t.Heads) == 0 {
		return nil
	}
	g := l.grid(t)
	if !g.squeeze(l.width) {
		return l.blocks(t)
	}
	var lines []row
	for i, cells := range g.rows {
		if i == 0 && g.bare() {
			continue
		}
		lines = append(lines, g.line(cells)...)
	}
	return lines
}

func (l layout) grid(t bot.Table) grid {
	g := grid{right: make([]bool, len(t.Heads)), widths: make([]int, len(t.Heads))}
	heads := make([]bot.Text, len(t.Heads))
	for i, head := range t.Heads {
		heads[i] = head.With(bot.Faint)
		g.right[i] = t.FiguresOnly(i)
	}
	g.rows = append(g.rows, l.cells(heads, len(heads)))
	for _, cells := range t.Rows {
		g.rows = append(g.rows, l.cells(cells, len(heads)))
	}
	for _, cells := range g.rows {
		for i, cell := range cells {
			g.widths[i] = max(g.widths[i], cell.columns())
		}
	}
	return g
}

// cells words a row of so many cells; those that are missing stay empty.
func (l layout) cells(texts []bot.Text, n int) []row {
	cells := make([]row, n)
	for i, t := range texts[:min(len(texts), n)] {
		cells[i] = l.glyphs(t)
	}
	return cells
}

// squeeze narrows the widest columns until the table fits, and says whether it does.
func (g *grid) squeeze(width int) bool {
	total := gap * (len(g.widths) - 1)
	for _, w := range g.widths {
		total += w
	}
	if total > width && width < narrow {
		return false
	}
	least := g.least()
	for ; total > width; total-- {
		widest := -1
		for i, w := range g.widths {
			if w > least[i] && (widest < 0 || w > g.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		g.widths[widest]--
	}
	return true
}

// least is the widths below which the columns are not squeezed: their longest words, and numbers whole.
func (g *grid) least() []int {
	least := make([]int, len(g.widths))
	for i, w := range g.widths {
		least[i] = min(w, leastCell)
		for _, cells := range g.rows {
			least[i] = max(least[i], cells[i].longest())
		}
		if g.right[i] {
			least[i] = w
		}
	}
	return least
}

// bare says whether the columns have no heads.
func (g *grid) bare() bool {
	for _, head := range g.rows[0] {
		if len(head) > 0 {
			return false
		}
	}
	return true
}

// line is the lines of one row of the table: as many as its tallest cell.
func (g *grid) line(cells []row) []row {
	wrapped, tallest := make([][]row, len(cells)), 1
	for i, cell := range cells {
		wrapped[i] = cell.wrap(g.widths[i])
		tallest = max(tallest, len(wrapped[i]))
	}
	lines := make([]row, tallest)
	for n := range lines {
		for i, cell := range wrapped {
			var part row
			if n < len(cell) {
				part = cell[n]
			}
			lines[n] = append(lines[n], g.cell(i, part)...)
		}
	}
	return lines
}

// cell is a line of a cell in its column, with the gap to the next.
func (g *grid) cell(column int, part row) row {
	free := g.widths[column] - part.columns()
	placed := append(slices.Clip(part), pad(free)...)
	if g.right[column] {
		placed = append(pad(free), part...)
	}
	if column < len(g.widths)-1 {
		placed = append(placed, pad(gap)...)
	}
	return placed
}

// blocks is the rows one under another: the first cell as a title, the others as fields under it.
func (l layout) blocks(t bot.Table) []row {
	var lines []row
	for _, cells := range t.Rows {
		if len(cells) == 0 {
			continue
		}
		lines = append(lines, l.glyphs(cells[0]).wrap(l.width)...)
		var fields bot.Fields
		for i := 1; i < min(len(cells), len(t.Heads)); i++ {
			if len(cells[i]) > 0 {
				fields = append(fields, bot.Field{Name: t.Heads[i], Value: cells[i]})
			}
		}
		for _, line := range l.narrower(gap).fields(fields) {
			lines = append(lines, append(pad(gap), line...))
		}
	}
	return lines
}
