import type { Service } from "../rules/rules";
import { dnsAuthorization } from "./certificatemanager/authorization";
import { certificate } from "./certificatemanager/certificate";
import { certificateMap, certificateMapEntry } from "./certificatemanager/map";
import { certificateApi } from "./certificatemanager/names";

const service: Service = {
    titles: Object.fromEntries([certificateApi]),
    methods: { certificatemanager: { operations: { "": "projects.locations.operations.get" } } },
    types: {
        "gcp:certificatemanager/certificate:Certificate": certificate,
        "gcp:certificatemanager/certificateMap:CertificateMap": certificateMap,
        "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": certificateMapEntry,
        "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": dnsAuthorization,
    },
};

export default service;
