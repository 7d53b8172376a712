/** A run of jest that `packages/scripts/tidy.mjs` does not run, such as `npx jest`, has its own temporary folder, too, and leaves nothing. */
module.exports = async () => {
    const { useTemporaryFolder } = await import("../packages/scripts/temporary.mjs");
    useTemporaryFolder();
};
