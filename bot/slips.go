package bot

// Slips counts the slips of a finger between two short words: letters left out, added, changed, or swapped with their
// neighbour. Words longer than 64 letters are as far apart as they are long.
func Slips(first, second string) int {
	const longest = 64
	a, b := []rune(first), []rune(second)
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
