import { GoogleError } from "../../cloud/errors";
import type { Context, FunctionRules, Inputs } from "../../rules/rules";
import { backupsOf } from "./backups";
import { instanceName, instanceOf, sqlApi } from "./names";

/** The instance of a data source; requires the API. */
function asked({ project: value, instance }: Inputs, { cloud, project = "" }: Context): Inputs {
    const owner = value ?? project;
    cloud.projects.requireApi(owner, ...sqlApi);
    return instanceOf(cloud, owner, instance);
}

const getBackupRun: FunctionRules = (inputs, context) => {
    const instance = asked(inputs, context);
    const { name, project } = instance;
    const backups = backupsOf(instance, context.cloud);
    const { backupId, mostRecent } = inputs;
    const found = backupId === undefined ? backups[0] : backups.find(({ id }) => id === backupId);
    if (!found) {
        throw backupId === undefined
            ? new Error(`No backups found for SQL Database Instance ${name}`)
            : new GoogleError(404, "The backup run does not exist.", { reason: "backupRunDoesNotExist" });
    }
    if (backupId === undefined && backups.length > 1 && !mostRecent) {
        throw new Error(
            `Multiple SQL backup runs listed for Instance ${name}. Consider setting most_recent or specifying a backup_id`,
        );
    }
    const { id, location, startTime, status } = found;
    const path = `projects/${project}/instances/${name}/backupRuns/${id}`;
    return { id: path, backupId: id, instance: inputs.instance, project, location, startTime, status, mostRecent };
};

const getCaCerts: FunctionRules = (inputs, context) => {
    const { name, project, serverCaCerts } = asked(inputs, context);
    return {
        id: `projects/${project}/instance/${name}`,
        instance: inputs.instance,
        project,
        certs: serverCaCerts,
        activeVersion: serverCaCerts[0]?.sha1Fingerprint ?? "",
    };
};

const getDatabases: FunctionRules = (inputs, context) => {
    const { name, project } = asked(inputs, context);
    const databases = context.cloud.store
        .list(`${instanceName(project, name)}/databases`)
        .map(({ state }) => ({ deletionPolicy: "DELETE", ...state }));
    return { id: `project/${project}/instance/${name}/databases`, instance: inputs.instance, project, databases };
};

/** The data sources of Cloud SQL. */
export const functions: Record<string, FunctionRules> = {
    "gcp:sql/getBackupRun:getBackupRun": getBackupRun,
    "gcp:sql/getCaCerts:getCaCerts": getCaCerts,
    "gcp:sql/getDatabases:getDatabases": getDatabases,
};
