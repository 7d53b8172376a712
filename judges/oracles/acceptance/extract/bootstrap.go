package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
)

// Bootstrap is something that exists before a test.
type Bootstrap struct {
	// Kind is network, subnetwork, globalAddress, serviceConnection, networkAttachment, storagePool, firewall, key, serviceAccount, member, tagKey, tagValue, project or folder.
	Kind string `json:"kind"`
	// Properties are by the names that the API has for them.
	Properties map[string]any `json:"properties"`
}

// opaque are packages of the checkout that need Google Cloud.
var opaque = map[string]bool{"google/transport": true, "google/sweeper": true}

const (
	services = module + "google/services/"
	acctest  = module + "google/acctest."
)

func init() {
	for name, native := range map[string]Native{
		acctest + "RandString": func(in *Interpreter, at ast.Node, arguments []any) any {
			length, _ := arguments[1].(int64)
			return in.test.random(int(length))
		},
		acctest + "RandInt": func(in *Interpreter, _ ast.Node, _ []any) any {
			return int64(in.test.number() >> 1)
		},
		acctest + "RandIntRange": func(in *Interpreter, at ast.Node, arguments []any) any {
			low, isInt := arguments[1].(int64)
			high, isHighInt := arguments[2].(int64)
			if !isInt || !isHighInt || high <= low {
				in.fail(at, "a range of random numbers")
			}
			return low + int64(in.test.number()%uint64(high-low))
		},
		acctest + "Nprintf":                                                          nprintf,
		acctest + "AccTestPreCheck":                                                  nothing,
		acctest + "SkipIfVcr":                                                        nothing,
		acctest + "ProtoV5ProviderFactories":                                         nothing,
		acctest + "ProtoV5ProviderBetaFactories":                                     nothing,
		acctest + "ProtoV6ProviderFactories":                                         nothing,
		acctest + "CreateZIPArchiveForCloudFunctionSource":                           archive,
		acctest + "VcrTest":                                                          capture,
		"github.com/hashicorp/terraform-plugin-testing/helper/resource.Test":         capture,
		"github.com/hashicorp/terraform-plugin-testing/helper/resource.ParallelTest": capture,

		services + "compute.BootstrapSharedTestNetwork": func(in *Interpreter, at ast.Node, a []any) any {
			return in.network(text(in, at, a, 1))
		},
		services + "compute.BootstrapSharedTestGlobalAddress": func(in *Interpreter, at ast.Node, a []any) any {
			id := text(in, at, a, 1)
			return in.rangeOf(in.network(id), id, settings(in, at, a[2:]))
		},
		services + "compute.BootstrapSubnet": func(in *Interpreter, at ast.Node, a []any) any {
			return in.subnetwork(at, append(a, &Map{}))
		},
		services + "compute.BootstrapSubnetWithOverrides": func(in *Interpreter, at ast.Node, a []any) any {
			return in.subnetwork(at, a)
		},
		services + "servicenetworking.BootstrapSharedServiceNetworkingConnection": func(in *Interpreter, at ast.Node, a []any) any {
			id := text(in, at, a, 1)
			network := in.network(id)
			given := settings(in, at, a[2:])
			address := in.rangeOf(network, id, given)
			in.needs("serviceConnection", map[string]any{
				"network": network, "service": given["ParentService"], "reservedPeeringRanges": []string{address},
			})
			return network
		},
		services + "compute.BootstrapNetworkAttachment": func(in *Interpreter, at ast.Node, a []any) any {
			name := text(in, at, a, 1)
			in.needs("networkAttachment", map[string]any{
				"name": name, "region": in.environment["GOOGLE_REGION"], "subnetworks": []string{text(in, at, a, 2)},
				"connectionPreference": "ACCEPT_AUTOMATIC",
			})
			return name
		},
		services + "compute.BootstrapComputeStoragePool": func(in *Interpreter, at ast.Node, a []any) any {
			typ, zone := text(in, at, a, 2), in.environment["GOOGLE_ZONE"]
			name := fmt.Sprintf("bootstrap-storage-pool-%s-%s", typ, text(in, at, a, 1))
			in.needs("storagePool", map[string]any{"name": name, "zone": zone, "storagePoolType": typ})
			return fmt.Sprintf("projects/%s/zones/%s/storagePools/%s", in.project(), zone, name)
		},
		services + "dataproc.BootstrapFirewallForDataprocSharedNetwork": func(in *Interpreter, at ast.Node, a []any) any {
			name := "bootstrap-firewall-" + text(in, at, a, 1)
			in.needs("firewall", map[string]any{"name": name, "network": text(in, at, a, 2), "protocols": []string{"icmp", "tcp", "udp"}})
			return name
		},
		services + "kms.BootstrapKMSKeyWithPurposeInLocationAndName": func(in *Interpreter, at ast.Node, a []any) any {
			return in.key(text(in, at, a, 1), text(in, at, a, 2), text(in, at, a, 3))
		},
		services + "iambeta.BootstrapServiceAccount": func(in *Interpreter, at ast.Node, a []any) any {
			id, runner := "bootstrap-sa-"+text(in, at, a, 1), text(in, at, a, 2)
			email := fmt.Sprintf("%s@%s.iam.gserviceaccount.com", id, in.project())
			in.needs("serviceAccount", map[string]any{"accountId": id, "email": email, "tokenCreators": []string{email, runner}})
			return email
		},
		services + "resourcemanager.BootstrapIamMembers": func(in *Interpreter, at ast.Node, a []any) any {
			members, ok := a[1].(*List)
			if !ok {
				in.fail(at, "members")
			}
			for _, each := range members.items {
				fields := each.(*Struct).fields
				member := strings.ReplaceAll(text(in, at, []any{fields["Member"]}, 0), "{project_number}", in.environment["GOOGLE_PROJECT_NUMBER"])
				parent := "projects/" + in.project()
				if strings.Contains(member, "{organization_id}") {
					parent = "organizations/" + in.environment["GOOGLE_ORG_2"]
					member = strings.ReplaceAll(member, "{organization_id}", in.environment["GOOGLE_ORG_2"])
				}
				in.needs("member", map[string]any{"parent": parent, "member": member, "role": text(in, at, []any{fields["Role"]}, 0)})
			}
			return nil
		},
		services + "resourcemanager.BootstrapProjectWithParent": func(in *Interpreter, at ast.Node, a []any) any {
			return in.otherProject(at, text(in, at, a, 1), a[2], a[4])
		},
		services + "resourcemanager.BootstrapSharedTestFolder": func(in *Interpreter, at ast.Node, a []any) any {
			name := fmt.Sprintf("folders/%012d", number(text(in, at, a, 1))%1_000_000_000_000)
			in.needs("folder", map[string]any{
				"name": name, "displayName": text(in, at, a, 1), "parent": "organizations/" + in.environment["GOOGLE_ORG"],
			})
			return name
		},
		services + "tags.BootstrapSharedTestTagKeyDetails": func(in *Interpreter, at ast.Node, a []any) any {
			short, parent := "bootstrap-tagkey-"+text(in, at, a, 1), text(in, at, a, 2)
			name := fmt.Sprintf("tagKeys/%012d", number(parent+short)%1_000_000_000_000)
			properties := map[string]any{"name": name, "shortName": short, "parent": parent}
			if more, ok := a[3].(*Map); ok {
				for _, key := range more.keys() {
					properties[key.(string)] = textual(plain(more.entries[key]))
				}
			}
			in.needs("tagKey", properties)
			return texts(map[any]any{"name": name, "shared_tag_key": short})
		},
		services + "tags.BootstrapSharedTestTagValueDetails": func(in *Interpreter, at ast.Node, a []any) any {
			short, key, parent := "bootstrap-tagvalue-"+text(in, at, a, 1), text(in, at, a, 2), text(in, at, a, 3)
			name := fmt.Sprintf("tagValues/%012d", number(parent+key+short)%1_000_000_000_000)
			in.needs("tagValue", map[string]any{"name": name, "shortName": short, "parent": parent + "/" + key})
			return texts(map[any]any{"name": name, "shared_tag_value": short})
		},
	} {
		natives[name] = native
	}
}

// texts is a map of strings.
func texts(entries map[any]any) *Map { return &Map{entries, &ast.Ident{Name: "string"}} }

// text returns an argument that must be known, because it is a part of a name.
func text(in *Interpreter, at ast.Node, arguments []any, position int) string {
	if position < len(arguments) {
		if found, ok := arguments[position].(string); ok {
			return found
		}
		if u, ok := arguments[position].(*Unknown); ok {
			in.fail(at, "%s", u.text)
		}
	}
	in.fail(at, "an argument that is not a text")
	return ""
}

// settings applies functions that change the settings of an address or a connection.
func settings(in *Interpreter, at ast.Node, changes []any) map[string]any {
	found := &Struct{"settings", nil, map[string]any{"PrefixLength": int64(16), "ParentService": "servicenetworking.googleapis.com"}}
	for _, each := range changes {
		in.apply(at, each, []any{found})
	}
	return found.fields
}

func (in *Interpreter) project() string { return in.environment["GOOGLE_PROJECT"] }

// needs notes what must exist before the test, once.
func (in *Interpreter) needs(kind string, properties map[string]any) {
	wanted := Bootstrap{kind, properties}
	for _, each := range in.test.bootstraps {
		if fmt.Sprint(each) == fmt.Sprint(wanted) {
			return
		}
	}
	in.test.bootstraps = append(in.test.bootstraps, wanted)
}

func (in *Interpreter) network(id string) string {
	name := "bootstrap-net-" + id
	in.needs("network", map[string]any{"name": name, "autoCreateSubnetworks": false})
	return name
}

func (in *Interpreter) rangeOf(network, id string, settings map[string]any) string {
	name := "bootstrap-addr-" + id
	in.needs("globalAddress", map[string]any{
		"name": name, "addressType": "INTERNAL", "purpose": "VPC_PEERING", "prefixLength": settings["PrefixLength"], "network": network,
	})
	return name
}

func (in *Interpreter) subnetwork(at ast.Node, a []any) any {
	name := text(in, at, a, 1)
	properties := map[string]any{
		"name": name, "network": text(in, at, a, 2), "region": in.environment["GOOGLE_REGION"], "ipCidrRange": "10.77.0.0/20",
	}
	if more, ok := a[3].(*Map); ok {
		for _, key := range more.keys() {
			properties[key.(string)] = textual(plain(more.entries[key]))
		}
	}
	in.needs("subnetwork", properties)
	return name
}

// algorithms are those of the keys by their purpose.
var algorithms = map[string]string{
	"ENCRYPT_DECRYPT":    "GOOGLE_SYMMETRIC_ENCRYPTION",
	"ASYMMETRIC_SIGN":    "RSA_SIGN_PKCS1_4096_SHA256",
	"ASYMMETRIC_DECRYPT": "RSA_DECRYPT_OAEP_4096_SHA256",
}

// key returns a key with the fields that tests read.
func (in *Interpreter) key(purpose, location, id string) any {
	ring := fmt.Sprintf("projects/%s/locations/%s/keyRings/bootstrap-keyring", in.project(), location)
	name := ring + "/cryptoKeys/" + id
	in.needs("key", map[string]any{"name": name, "keyRing": ring, "purpose": purpose, "algorithm": algorithms[purpose]})
	version := &Struct{"CryptoKeyVersion", nil, map[string]any{
		"Name": name + "/cryptoKeyVersions/1", "State": "ENABLED", "Algorithm": algorithms[purpose],
	}}
	of := func(typ, name string, more map[string]any) *Struct {
		more["Name"] = name
		return &Struct{typ, nil, more}
	}
	return &Struct{"BootstrappedKMS", nil, map[string]any{
		"KeyRing":           of("KeyRing", ring, map[string]any{}),
		"CryptoKey":         of("CryptoKey", name, map[string]any{"Purpose": purpose, "Primary": version}),
		"CryptoKeyVersions": &List{[]any{version}},
	}}
}

func (in *Interpreter) otherProject(at ast.Node, id string, billing, services any) any {
	number := int64(100_000_000_000 + number(id)%900_000_000_000)
	account, _ := billing.(string)
	in.needs("project", map[string]any{
		"projectId": id, "projectNumber": number, "billingAccount": account, "services": plain(services),
	})
	return &Struct{"Project", nil, map[string]any{"ProjectId": id, "ProjectNumber": number, "Name": "Bootstrapped"}}
}

var nprintf = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	for _, each := range arguments {
		if u, ok := each.(*Unknown); ok {
			return u
		}
	}
	format, context := arguments[0].(string), arguments[1].(*Map)
	for _, key := range context.keys() {
		marker := fmt.Sprintf("%%{%v}", key)
		if !strings.Contains(format, marker) {
			continue
		}
		if u := unknownIn(context.entries[key]); u != nil {
			return u
		}
		format = strings.ReplaceAll(format, marker, fmt.Sprintf("%v", plain(context.entries[key])))
	}
	return format
})

// archive writes the archive of a source file, which tests upload.
var archive = Native(func(in *Interpreter, at ast.Node, arguments []any) any {
	source, err := os.ReadFile(in.beside(text(in, at, arguments, 1)))
	if err != nil {
		in.fail(at, "%v", err)
	}
	content := bytes.Buffer{}
	writer := zip.NewWriter(&content)
	file, err := writer.Create("index.js")
	if err == nil {
		_, err = file.Write(source)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		in.fail(at, "%v", err)
	}
	name := filepath.Join(in.environment["FILES"], fmt.Sprintf("%x.zip", sha256.Sum256(source)))
	in.write(at, name, content.Bytes())
	return name
})

func number(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:8])
}
