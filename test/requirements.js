/**
 * Checks the requirements of the tests on the machine, before anything is installed or built: `node
 * test/requirements.js` for `npm test`, `node test/requirements.js clusters` for all levels. Uses only Node.
 */
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { delimiter, join } = require("node:path");

const searched = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
const suffix = process.platform === "win32" ? ".exe" : "";
const find = (name) => searched.map((folder) => join(folder, `${name}${suffix}`)).find((file) => existsSync(file));

/** Programs for the levels `extended` and `clusters`, and for MySQL, by Debian package. */
const programs = {
    runc: "runc",
    dockerd: "docker.io",
    debootstrap: "debootstrap",
    ip: "iproute2",
    "systemd-analyze": "systemd",
    pg_ctlcluster: "postgresql",
    mariadbd: "mariadb-server-core",
    mariadb: "mariadb-client-core",
    "mariadb-dump": "mariadb-client",
    chromium: "chromium",
    openssl: "openssl",
};

/** Python 3.11 with venv, for functions, App Engine services and DAGs. */
function python() {
    const program = find("python3") ?? find("python");
    const inspection = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";
    if (!program || spawnSync(program, ["-c", inspection]).status !== 0) {
        const install = {
            darwin: "brew install python",
            win32: "winget install Python.Python.3.13",
            linux: "sudo apt-get install python3-venv",
        };
        throw new Error(
            `The tests need Python 3.11 or newer with venv:\n    ${install[process.platform] ?? install.linux}`,
        );
    }
}

/** The requirements for building Pulumi. Without Go, the tests use the Pulumi of this machine. */
function engine(...allowed) {
    if (!["go", ...allowed].some(find)) {
        const install = {
            darwin: "brew install go",
            win32: "winget install GoLang.Go",
            linux: "sudo snap install go --classic",
        };
        const others = allowed.includes("pulumi") ? ", or Pulumi" : "";
        throw new Error(`The tests need Go 1.26${others}:\n    ${install[process.platform] ?? install.linux}`);
    }
}

/**
 * Root, and programs for building images and running containers and databases; missing ones are installed if possible.
 */
function clusters() {
    if (process.platform !== "linux") {
        throw new Error("Clusters, images and databases are tested on Linux alone; 'npm test' runs everything else.");
    }
    const missing = Object.keys(programs).filter((name) => !find(name));
    const packages = missing.map((name) => programs[name]).join(" ");
    const install = `apt-get install --yes --no-install-recommends ${packages}`;
    const isRoot = process.getuid() === 0;
    if (missing.length === 0 && isRoot) {
        return;
    }
    const all = [...(missing.length > 0 ? [`apt-get update && ${install}`] : []), "npm run test:all"].join(" && ");
    if (!isRoot) {
        throw new Error(
            `Images, containers and databases are tested by root:\n    sudo --preserve-env=PATH sh -c '${all}'`,
        );
    }
    installed(missing);
}

/** A server of MySQL or MariaDB with its clients, for Cloud SQL; installed if possible. */
function mySql() {
    const alternatives = { mariadbd: "mysqld", mariadb: "mysql", "mariadb-dump": "mysqldump" };
    const missing = Object.keys(alternatives).filter((name) => !find(name) && !find(alternatives[name]));
    if (missing.length > 0 && (process.platform !== "linux" || process.getuid() !== 0)) {
        const install = process.platform === "darwin" ? "brew install mysql" : "sudo apt-get install mariadb-server";
        throw new Error(`The tests need a server of MySQL or MariaDB:\n    ${install}`);
    }
    installed(missing);
}

/** Installs programs by their Debian packages. */
function installed(missing) {
    if (missing.length === 0) {
        return;
    }
    const packages = missing.map((name) => programs[name]).join(" ");
    const install = `apt-get install --yes --no-install-recommends ${packages}`;
    if (!find("apt-get")) {
        throw new Error(`There is no ${missing.join(", ")} on this machine. On Debian and Ubuntu:\n    ${install}`);
    }
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const command of ["apt-get update --quiet", install]) {
        console.error(command);
        const [program, ...args] = command.split(" ");
        if (spawnSync(program, args, { stdio: ["ignore", 2, 2], env: environment }).status !== 0) {
            throw new Error(`'${command}' failed: see above.`);
        }
    }
}

/** jest calls this before tests of levels that only need Python. */
module.exports = async () => python();
Object.assign(module.exports, { python, engine, mySql, clusters });

if (require.main === module) {
    try {
        const all = process.argv[2] === "clusters";
        if (all) {
            clusters();
        }
        mySql();
        python();
        engine(...(all ? [] : ["pulumi"]));
    } catch ({ message }) {
        console.error(message);
        process.exitCode = 1;
    }
}
