/**
 * User settings under which the workbench does nothing by itself: no welcome, no updates, no suggestions, no animation.
 * Tests start from these; a test that needs another value says so.
 * @type {Record<string, unknown>}
 */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  // Settings, running extensions and the like would open in a modal editor that covers what a test looks at.
  'workbench.editor.useModal': 'off',
  // Focus moves late in a browser; the palette must not close because of it.
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.commandPalette.history': 0,
  'workbench.reduceMotion': 'on',
  'workbench.hover.delay': 100,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'editor.hover.delay': 100,
  // On the desktop it is off; in a browser VS Code would save by itself.
  'files.autoSave': 'off',
  'remote.autoForwardPorts': false,
  // With `process` each extension host lists all open files of all processes every two seconds, even while it forwards nothing.
  'remote.autoForwardPortsSource': 'output',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.confirmBeforeClose': 'never',
  'chat.disableAIFeatures': true,
};
