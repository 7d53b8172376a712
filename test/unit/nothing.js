/** Stands for packages that no unit test needs (`jest.config.js`). */
module.exports = {};
