import { type Clock, facts } from "./facts";

/** What holds a network or subnet after the program no longer uses it, by the resource that Google's error names. */
interface Hold {
    /** The beginning of that resource in its path. */
    user: string;
    /** Why it is there. */
    reason: string;
    /** The longest time until Google Cloud releases it, in seconds; undefined if it does not. */
    longest?: number;
    /** The command that releases it, for a person who knows that nothing else needs it. */
    command?: string;
}

/** What Google Cloud releases late, so that networks and subnets cannot be deleted with what was in them. */
export const holds = facts<Hold>()({
    subject: "What holds networks and subnets after a deletion",
    source: "https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet",
    checked: "2026-11-29",
    rows: {
        serverless: {
            user: "addresses/serverless-ipv",
            reason: "Cloud Run releases the addresses of deleted services, jobs and functions after one to two hours",
            longest: 7200,
        },
        peering: {
            user: "routes/peering-route-",
            reason: "Cloud SQL releases the network of deleted instances after up to four days",
            longest: 345_600,
            command:
                "gcloud compute networks peerings delete servicenetworking-googleapis-com --network={network} --project={project}",
            source: "https://github.com/GoogleCloudPlatform/magic-modules/pull/18476",
        },
        endpointGroup: {
            user: "networkEndpointGroups/k8s",
            reason: "GKE leaves the endpoint groups of a cluster that is deleted before its Services",
            command: "gcloud compute network-endpoint-groups delete {user} --zone={zone} --project={project}",
            source: "https://github.com/hashicorp/terraform-provider-google/issues/7637",
        },
        firewall: {
            user: "firewalls/k8s",
            reason: "GKE leaves the firewall rules of a cluster that is deleted before its Services",
            command: "gcloud compute firewall-rules delete {user} --project={project}",
            source: "https://github.com/hashicorp/terraform-provider-google/issues/5948",
        },
    },
});

/**
 * Says in one line what a refused deletion leaves, until when, and what to do; undefined for other errors.
 *
 * @param again the command that deletes the rest
 */
export function heldLine(error: string, again: string, clock: Clock = Date): string | undefined {
    const [, path = "", user = ""] = /resource '(\S+)' is already being used by '(\S+)'/.exec(error) ?? [];
    const hold: Hold | undefined = Object.values(holds.rows).find((each) => user.includes(`/${each.user}`));
    if (hold === undefined) {
        return undefined;
    }
    const parts = path.split("/");
    const values: Record<string, string | undefined> = {
        network: parts.at(-1),
        project: parts[parts.indexOf("projects") + 1],
        user: user.split("/").at(-1),
        zone: user.split("/").at(-3),
    };
    const command = hold.command?.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
    const left = `${parts.at(-2) === "networks" ? "network" : "subnet"} ${parts.at(-1)}`;
    if (hold.longest === undefined) {
        return `${left}: left until '${command}', because ${hold.reason}; then run ${again} again`;
    }
    const until = new Date(clock.now() + hold.longest * 1000).toISOString().slice(0, 16).replace("T", " ");
    const earlier = command === undefined ? "" : `, or earlier after '${command}'`;
    return `${left}: left until ${until} UTC at the latest, because ${hold.reason}; then run ${again} again${earlier}`;
}
