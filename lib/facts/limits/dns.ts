import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud DNS. */
export const dnsLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud DNS",
    source: "https://cloud.google.com/dns/quotas",
    checked: "2026-11-27",
    rows: {
        /** Of a zone. */
        description: {
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/dns/docs/reference/rest/v1/managedZones",
        },
        /** Of one name and type. */
        values: { min: 1, max: 100, unit: "values" },
        /** Of a delegated subdomain, which are the values of its NS records. */
        nameServers: { min: 1, max: 8, unit: "name servers" },
        forwardingTargets: { min: 1, max: 50, unit: "name servers" },
        /** Of one string in a TXT record (RFC 1035, section 3.3). */
        text: {
            max: 255,
            unit: "bytes",
            source: "https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/dns_record_set.html.markdown",
        },
        /** The numbers of RFC 2181, section 8. The API has an `int32`. */
        ttl: {
            min: "0 seconds",
            max: "2147483647 seconds",
            source: "https://github.com/googleapis/google-api-go-client/blob/main/dns/v1/dns-api.json",
        },
    },
});
