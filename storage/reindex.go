package storage

import "fmt"

// clearing is the cursor of the first half of a Reindex; those of the second half are keys of records, which have a "/".
const clearing = "clear"

// Reindex returns a step that builds all indexes of the table anew, for a change to what they derive.
func (t *Table[V]) Reindex() Step {
	return Step{Name: "build the indexes of " + t.name, Run: t.reindex}
}

func (t *Table[V]) reindex(tx Tx, cursor string) (string, error) {
	full := tx.Room()
	if cursor == "" || cursor == clearing {
		for _, index := range t.indexes {
			if cleared, err := clearTable(tx, t.name+"."+index.Name); err != nil || !cleared {
				return clearing, err
			}
		}
		cursor, _ = Prefix(t.name)
	}
	return t.fillRows(tx, cursor, full)
}

// clearTable deletes the keys of a table until there are none or no Room is left.
func clearTable(tx Tx, table string) (bool, error) {
	for item, err := range tx.Scan(Prefix(table)) {
		if err != nil {
			return false, err
		}
		if tx.Room() == 0 {
			return false, nil
		}
		if err := tx.Delete(item.Key); err != nil {
			return false, err
		}
	}
	return true, nil
}

// fillRows writes the rows of the records behind the cursor. It never splits a record's rows between transactions: those
// that would only fit into a full Room wait for the next one.
func (t *Table[V]) fillRows(tx Tx, cursor string, full int) (string, error) {
	_, end := Prefix(t.name)
	for item, err := range tx.Scan(behind(cursor), end) {
		if err != nil {
			return "", err
		}
		v, _, err := t.decode(item.Value)
		if err != nil {
			return "", fmt.Errorf("%s: %w", item.Key, err)
		}
		rows, err := t.rows(t.key(&v), &v)
		if err != nil {
			return "", fmt.Errorf("%s: %w", item.Key, err)
		}
		if len(rows) > tx.Room() && tx.Room() < full {
			return cursor, nil
		}
		for at, cover := range rows {
			if err := tx.Put(at, cover); err != nil {
				return "", err
			}
		}
		cursor = item.Key
	}
	return "", nil
}
