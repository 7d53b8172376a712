import type { Service } from "../rules/rules";
import { database } from "./sql/database";
import { functions } from "./sql/dataSources";
import { instance } from "./sql/instance";
import { sqlApi } from "./sql/names";
import { user } from "./sql/user";

export { instanceName } from "./sql/names";

const service: Service = {
    titles: Object.fromEntries([sqlApi]),
    methods: { sqladmin: { create: "insert", update: "update", isFlat: true, operations: { "": "operations.get" } } },
    types: {
        "gcp:sql/database:Database": database,
        "gcp:sql/databaseInstance:DatabaseInstance": instance,
        "gcp:sql/user:User": user,
    },
    functions,
    functionMethods: {
        "gcp:sql/getBackupRun:getBackupRun": ["sqladmin.backupRuns.list"],
        "gcp:sql/getCaCerts:getCaCerts": ["sqladmin.instances.get"],
        "gcp:sql/getDatabases:getDatabases": ["sqladmin.databases.list"],
    },
};

export default service;
