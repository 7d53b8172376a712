package compute

import "testing"

func BootstrapSharedTestNetwork(t *testing.T, id string) string {
	panic("asks Google Cloud")
}
