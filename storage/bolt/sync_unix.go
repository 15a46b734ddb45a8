//go:build unix

package bolt

import (
	"errors"
	"fmt"
	"os"
)

// syncFolder makes a rename last through a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the path is the operator's
	if err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}
