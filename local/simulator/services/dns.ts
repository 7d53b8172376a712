import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";
import { dnsApi, fullName, zoneMissing, zonePath } from "./dns/names";
import { policy } from "./dns/policy";
import { recordSet } from "./dns/recordSet";
import { managedZone } from "./dns/zone";

const id = (inputs: Inputs) => zonePath(inputs, inputs.managedZone);

const service: Service = {
    titles: Object.fromEntries([dnsApi]),
    methods: { dns: { isFlat: true } },
    types: {
        "gcp:dns/managedZone:ManagedZone": managedZone,
        "gcp:dns/policy:Policy": policy,
        "gcp:dns/recordSet:RecordSet": recordSet,
        // https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/dns/iam_dns_managed_zone.go
        ...policyTypes({
            token: "gcp:dns/dnsManagedZoneIam",
            property: "managedZone",
            api: dnsApi,
            id,
            name: (inputs) => fullName(id(inputs)),
            describe: (inputs) => `dns managedzone "${id(inputs)}"`,
            missing: (inputs) => zoneMissing(inputs.managedZone),
        }),
    },
};

export default service;
