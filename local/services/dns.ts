import type { Service } from "../rules/rules";
import { api } from "./dns/names";
import { recordSet } from "./dns/recordSet";
import { managedZone } from "./dns/zone";

const service: Service = {
    titles: { [api]: "Cloud DNS API" },
    types: {
        "gcp:dns/managedZone:ManagedZone": managedZone,
        "gcp:dns/recordSet:RecordSet": recordSet,
    },
};

export default service;
