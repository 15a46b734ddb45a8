package storage

import "fmt"

// Rekey returns a step that moves every record to the key that it has now, for a change of the table's key. The indexes say
// the old one until a [Table.Reindex] has followed.
func (t *Table[V]) Rekey() Step {
	return Step{Name: "move the records of " + t.name, Run: t.rekey}
}

func (t *Table[V]) rekey(tx Tx, cursor string) (string, error) {
	const writes = 2 // that a record takes to be moved
	from, end := Prefix(t.name)
	if cursor != "" {
		from = behind(cursor)
	}
	for item, err := range tx.Scan(from, end) {
		if err != nil {
			return "", err
		}
		if tx.Room() < writes {
			return cursor, nil
		}
		if err := t.move(tx, item); err != nil {
			return "", fmt.Errorf("%s: %w", item.Key, err)
		}
		cursor = item.Key
	}
	return "", nil
}

// move puts one record under its key, as it is written now.
func (t *Table[V]) move(tx Tx, item Item) error {
	v, version, err := t.decode(item.Value)
	if err != nil || version > t.version {
		return err
	}
	to := t.recordKey(t.key(&v))
	if to == item.Key {
		return nil // it has been moved before, and come again behind the cursor
	}
	raw, err := t.encode(&v)
	if err != nil {
		return err
	}
	if err := tx.Delete(item.Key); err != nil {
		return err
	}
	return tx.Put(to, raw)
}

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
		for _, row := range rows {
			if err := tx.Put(row.Key, row.Value); err != nil {
				return "", err
			}
		}
		cursor = item.Key
	}
	return "", nil
}
