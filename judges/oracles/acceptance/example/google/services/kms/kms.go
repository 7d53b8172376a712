package kms

import "testing"

var SharedCryptoKey = map[string]string{"ENCRYPT_DECRYPT": "shared-key"}

func BootstrapKMSKeyInLocation(t *testing.T, location string) interface{} {
	return BootstrapKMSKeyWithPurposeInLocationAndName(t, "ENCRYPT_DECRYPT", location, SharedCryptoKey["ENCRYPT_DECRYPT"])
}

func BootstrapKMSKeyWithPurposeInLocationAndName(t *testing.T, purpose, location, name string) interface{} {
	panic("asks Google Cloud")
}
