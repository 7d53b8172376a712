import * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    type Attachment,
    attachmentsOf,
    type CloudSqlClient,
    type CloudSqlRoute,
    type CloudSqlWay,
    ofKind,
    type Uses,
    type VpcNetwork,
} from "../internal/access/capability";
import { deferredError } from "../internal/arguments/argumentsError";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";

/** A database connection, and the environment variable that it sets. */
export type Database = Attached<CloudSqlClient>;

/** A database whose address is in a VPC network. */
type VpcDatabase = Database & { attachment: { route: CloudSqlRoute } };

/** The database connections among the attachments. */
export function databases(attached: Attached<Attachment>[]): Database[] {
    return ofKind("cloud-sql", attached as Attached<CloudSqlClient>[]);
}

/** The databases whose address is in a known VPC network. */
export function inVpcNetwork(all: Database[]): VpcDatabase[] {
    return all.filter((one): one is VpcDatabase => one.attachment.route !== undefined);
}

/** Whether the address is in a VPC network that is not known. */
export function hasUnknownNetwork({ attachment: { addressType, route } }: Pick<Database, "attachment">): boolean {
    return addressType !== "public" && route === undefined;
}

/** The folder in which App Engine and Cloud Run {@link https://cloud.google.com/sql/docs/postgres/connect-run mount the sockets}. */
export const socketFolder = "/cloudsql";

/**
 * The connection method of App Engine and Cloud Run: the sockets that they mount only support public addresses and do not support SQL
 * Server; private addresses are reached through their network.
 */
export const socketOrNetwork = ({ hasPublicAddress, engine }: CloudSqlClient): CloudSqlWay =>
    hasPublicAddress && engine !== "sqlserver" ? { sockets: socketFolder } : { network: true };

/** The unique connection names of the instances that are reached by sockets. */
export function socketInstances(all: Database[], way: (client: CloudSqlClient) => CloudSqlWay): pulumi.Input<string>[] {
    const bySocket = all.filter(({ attachment }) => way(attachment).sockets !== undefined);
    return [...new Set(bySocket.map(({ attachment }) => attachment.connectionName))];
}

/** The environment variables for the connections to all databases. */
export function databaseVariables(
    all: Database[],
    member: pulumi.Input<string>,
    way: (client: CloudSqlClient) => CloudSqlWay,
): Record<string, pulumi.Input<string>> {
    const variables = all.map(({ variable, attachment }) => attachment.variables(variable, member, way(attachment)));
    return Object.assign({}, ...variables);
}

/** A placeholder to get the names of variables before the consumer's own service account exists. */
const placeholderMember = "serviceAccount:anybody@any-project.iam.gserviceaccount.com";

/** Reports variables of a database that are set twice: also in `uses`, or in `env`. */
export function databaseVariableProblems(
    uses: Uses<Attachment>,
    env: Record<string, unknown>,
    way: (client: CloudSqlClient) => CloudSqlWay,
): Problem[] {
    return databases(attachmentsOf(uses)).flatMap(({ variable, attachment }) => {
        const reason = `is also a variable of uses.${variable}. Rename one of them.`;
        const additional = Object.keys(attachment.variables(variable, placeholderMember, way(attachment))).filter(
            (name) => name !== variable,
        );
        return additional.flatMap((name) => [
            ...(Object.hasOwn(uses, name) ? [check.problem(`uses.${name}`, "iam/uses-variable-twice", reason)] : []),
            ...(Object.hasOwn(env, name) ? [check.problem(`env.${name}`, "iam/env-variable-twice", reason)] : []),
        ]);
    });
}

/** A network's ID, or its name if no more is known. */
export function networkId(network: VpcNetwork): pulumi.Input<string> {
    return pulumi.Resource.isInstance(network) ? network.id : network;
}

/** Whether both are the same network; undefined if only the deployment can decide. */
export function isSameNetwork(one: VpcNetwork, other: VpcNetwork): boolean | undefined {
    const areResources = pulumi.Resource.isInstance(one) && pulumi.Resource.isInstance(other);
    return one === other
        ? true
        : areResources
          ? false
          : typeof one === "string" && typeof other === "string"
            ? isSameName(one, other)
            : undefined;
}

/**
 * The ID of the consumer's network. Fails during the deployment if it turns out to be another network than the network of the
 * databases.
 * @param describeProblem the problem to report for a database in another network
 */
export function verifiedNetworkId(
    component: string,
    network: VpcNetwork,
    all: VpcDatabase[],
    describeProblem: (database: Database, theirs: string, own: string) => Problem,
): pulumi.Input<string> {
    const undecided = all.filter(({ attachment: { route } }) => isSameNetwork(route.network, network) === undefined);
    if (undecided.length === 0) {
        return networkId(network);
    }
    const theirs = undecided.map(({ attachment: { route } }) => networkId(route.network));
    return pulumi.all([networkId(network), pulumi.all(theirs)]).apply(([own, ids]) => {
        const problems = undecided.flatMap((database, index) => {
            const id = ids[index] as string;
            return isSameName(own, id) ? [] : [describeProblem(database, id, own)];
        });
        if (problems.length > 0) {
            throw deferredError(component, problems);
        }
        return own;
    });
}

/** A bare name matches a network of that name in any project. */
function isSameName(one: string, other: string): boolean {
    const [[name, project], [otherName, otherProject]] = [parts(one), parts(other)];
    return name === otherName && (project === undefined || otherProject === undefined || project === otherProject);
}

function parts(network: string): [string, string | undefined] {
    const [, project, name] = /(?:^|\/)projects\/([^/]+)\/global\/networks\/([^/]+)$/.exec(network) ?? [];
    return [name ?? network, project];
}
