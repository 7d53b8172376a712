import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../internal/check";
import { lateRefusal, worded } from "../internal/refusal";
import {
    type Attached,
    type Attachment,
    attachedTo,
    type CloudSqlClient,
    type CloudSqlRoute,
    type CloudSqlWay,
    ofKind,
    type Uses,
    type VpcNetwork,
} from "./capability";

/** A database by the variable that tells the code of it. */
export type Database = Attached<CloudSqlClient>;

/** One that has its address in a network. */
type Routed = Database & { attachment: { route: CloudSqlRoute } };

/** The ways to databases among what is attached. */
export function databases(attached: Attached<Attachment>[]): Database[] {
    return ofKind("cloud-sql", attached as Attached<CloudSqlClient>[]);
}

/** Those of them that have their address in a network. */
export function routed(all: Database[]): Routed[] {
    return all.filter((one): one is Routed => one.attachment.route !== undefined);
}

/** Whether it is known that it has its address in a network, and not in which. */
export function isHidden({ attachment: { addressType, route } }: Pick<Database, "attachment">): boolean {
    return addressType !== "public" && route === undefined;
}

/** The environment variables by which the code connects to all of its databases. */
export function databaseVariables(
    all: Database[],
    member: pulumi.Input<string>,
    way: (client: CloudSqlClient) => CloudSqlWay,
): Record<string, pulumi.Input<string>> {
    const each = all.map(({ variable, attachment }) => attachment.variables(variable, member, way(attachment)));
    return Object.assign({}, ...each);
}

/** Some member, to ask for the names of variables before there is the consumer's own account. */
const anybody = "serviceAccount:anybody@any-project.iam.gserviceaccount.com";

/** Why variables beside that of a database cannot be: another one has the name, of what is used or among the plain ones. */
export function databaseVariableProblems(
    uses: Uses<Attachment>,
    environment: Record<string, unknown>,
    way: (client: CloudSqlClient) => CloudSqlWay,
): Problem[] {
    return databases(attachedTo(uses)).flatMap(({ variable, attachment }) => {
        const reason = `is a variable of uses.${variable} too. Name one of the two otherwise.`;
        const beside = Object.keys(attachment.variables(variable, anybody, way(attachment))).filter(
            (name) => name !== variable,
        );
        return beside.flatMap((name) => [
            ...(Object.hasOwn(uses, name) ? [{ path: `uses.${name}`, reason }] : []),
            ...(Object.hasOwn(environment, name) ? [{ path: `environment.${name}`, reason }] : []),
        ]);
    });
}

/** A network's id, or its name where no more is known. */
export function networkId(network: VpcNetwork): pulumi.Input<string> {
    return pulumi.Resource.isInstance(network) ? network.id : network;
}

/** Whether two are one network; nothing where only the deployment can tell. */
export function isOneNetwork(one: VpcNetwork, other: VpcNetwork): boolean | undefined {
    const areResources = pulumi.Resource.isInstance(one) && pulumi.Resource.isInstance(other);
    return one === other
        ? true
        : areResources
          ? false
          : typeof one === "string" && typeof other === "string"
            ? hasOneName(one, other)
            : undefined;
}

/**
 * The id of the network from which databases are reached, which is refused when it turns out to be another one than theirs.
 *
 * @param told what is wrong then, with one of them
 */
export function networkFor(
    component: string,
    network: VpcNetwork,
    all: Routed[],
    told: (database: Database, theirs: string, given: string) => Problem,
): pulumi.Input<string> {
    const open = all.filter(({ attachment: { route } }) => isOneNetwork(route.network, network) === undefined);
    if (open.length === 0) {
        return networkId(network);
    }
    const theirs = open.map(({ attachment: { route } }) => networkId(route.network));
    return pulumi.all([networkId(network), pulumi.all(theirs)]).apply(([given, ids]) => {
        const problems = open.flatMap((database, index) => {
            const id = ids[index] as string;
            return hasOneName(given, id) ? [] : [told(database, id, given)];
        });
        if (problems.length > 0) {
            throw lateRefusal(worded(component, problems));
        }
        return given;
    });
}

/** A name by itself may be that of a network in any project. */
function hasOneName(one: string, other: string): boolean {
    const [[name, project], [otherName, otherProject]] = [parts(one), parts(other)];
    return name === otherName && (project === undefined || otherProject === undefined || project === otherProject);
}

function parts(network: string): [string, string | undefined] {
    const [, project, name] = /(?:^|\/)projects\/([^/]+)\/global\/networks\/([^/]+)$/.exec(network) ?? [];
    return [name ?? network, project];
}
