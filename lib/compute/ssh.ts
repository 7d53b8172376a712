import { Firewall } from "@pulumi/gcp/compute/firewall";
import type { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceIAMMember } from "@pulumi/gcp/compute/instanceIAMMember";
import { TunnelInstanceIAMMember } from "@pulumi/gcp/iap/tunnelInstanceIAMMember";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { AccountReference } from "../iam/serviceAccount";
import type { Grant } from "../internal/access/capability";
import { isPublic, type Member, member, memberName } from "../internal/access/member";
import { always, grantApart } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { grantName, partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { iapSourceRange } from "../internal/network/vpc";

/** Checks a list of members with access. */
export const sshMembers: check.Check<Member[]> = check.pipe(
    check.list(member) as check.Check<Member[]>,
    check.refine(
        (members: Member[]) => !members.some(isPublic),
        "must not allow everyone\nName the members, such as group:ml@acme.com.",
    ),
);

/** Reports accounts outside of an organization. */
export function personalProblems(path: string, members: readonly Member[] = [], areAllowed = false): check.Problem[] {
    return members.flatMap((one, index) => {
        const reason = `is a personal account (got "${one}"). Use an account of the organization, or set personalAccounts: true.`;
        const isPersonal = /@(gmail|googlemail)\.com$/i.test(String(one));
        return isPersonal && !areAllowed
            ? [check.problem(`${path}.${index}`, "compute/ssh-personal-account", reason)]
            : [];
    });
}

/** Reports administrators who are also other members. */
export function duplicateProblems(
    path: string,
    members: readonly Member[] = [],
    others: readonly Member[] = [],
): check.Problem[] {
    return members.flatMap((one, index) =>
        others.includes(one)
            ? [
                  check.problem(
                      `${path}.${index}`,
                      "compute/ssh-administrator-twice",
                      "is also in ssh. Remove it there: administrators can sign in.",
                  ),
              ]
            : [],
    );
}

/** A machine, and what its members need. */
interface Accessible {
    instance: Instance;
    account: AccountReference;
    network: pulumi.Input<string>;
    /** The project of a network in another project. */
    inProject?: string;
    name: string;
}

/** The members that find machines, by the grant of the role in their environment. */
const finders = new WeakMap<Grant, Set<string>>();

/**
 * Lets a member find the machines of the project, once for all machines of a program. A binding of the stack's own, as another stack may
 * grant the same.
 *
 * gcloud reads the metadata of the project (`compute.projects.get`), machines (`compute.instances.get` and `.list`) and their host keys
 * (`compute.instances.getGuestAttributes`, https://github.com/terraform-google-modules/terraform-google-bastion-host/issues/86). OS Login
 * has the others, but on the project it would be the right to sign in to all machines, and on a machine it does not cover the project.
 */
function allowListing(one: Member, environment: Environment): void {
    const [grant] = environment.role("roles/compute.viewer").grants as [Grant];
    const name = grantName(grant.name, memberName(one), "ssh");
    const known = finders.get(grant) ?? new Set();
    finders.set(grant, known);
    if (!known.has(name)) {
        known.add(name);
        const principal = typeof one === "string" ? one : one.member;
        const condition = { title: "finds machines", expression: always };
        grantApart({ ...grant, isShared: true }, name, principal, environment.childOptions(), condition);
    }
}

/**
 * Opens the network for Identity-Aware Proxy, and lets members connect by `gcloud compute ssh --tunnel-through-iap`: the tunnel and OS
 * Login on the machine, the use of its account, and what gcloud reads of the project.
 * https://cloud.google.com/iap/docs/using-tcp-forwarding and https://cloud.google.com/compute/docs/oslogin/set-up-oslogin
 */
export function allowSsh(
    component: string,
    { instance, account, network, inProject, name }: Accessible,
    { ssh = [], sshAdmins = [] }: { ssh?: readonly Member[]; sshAdmins?: readonly Member[] },
    child: Child,
    environment: Environment,
): Firewall | undefined {
    const members = [...ssh, ...sshAdmins];
    if (members.length === 0) {
        return undefined;
    }
    const enabled = { dependsOn: environment.enable("iap.googleapis.com", "oslogin.googleapis.com") };
    const machine = { project: instance.project, zone: instance.zone };
    for (const one of members) {
        const principal = typeof one === "string" ? one : one.member;
        const childName = (role: string) => grantName(component, role, memberName(one));
        const login = sshAdmins.includes(one) ? "roles/compute.osAdminLogin" : "roles/compute.osLogin";
        new TunnelInstanceIAMMember(
            ...child(
                "tunnel",
                childName("tunnel"),
                {
                    ...machine,
                    instance: instance.name,
                    role: "roles/iap.tunnelResourceAccessor",
                    member: principal,
                },
                enabled,
            ),
        );
        new InstanceIAMMember(
            ...child("login", childName("login"), {
                ...machine,
                instanceName: instance.name,
                role: login,
                member: principal,
            }),
        );
        new IAMMember(
            ...child("accountUser", childName("account-user"), {
                serviceAccountId: account.name,
                role: "roles/iam.serviceAccountUser",
                member: principal,
            }),
        );
    }
    for (const one of members) {
        allowListing(one, environment);
    }
    return new Firewall(
        ...child("firewall", `${component}-iap-ssh`, {
            name: partName(name, "iap-ssh"),
            network,
            project: inProject,
            direction: "INGRESS",
            sourceRanges: [iapSourceRange],
            targetServiceAccounts: [account.email],
            allows: [{ protocol: "tcp", ports: ["22"] }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
}
