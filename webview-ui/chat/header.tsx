import { IconButton } from './iconButton';
import { makeVisible } from '../../src/shared/visibleText';

interface HeaderProps {
  readonly title: string | undefined;
  readonly historyOpen: boolean;
  readonly onHistory: () => void;
  readonly onNew: () => void;
}

export function Header({ title, historyOpen, onHistory, onNew }: HeaderProps) {
  const shown = historyOpen ? 'Chats' : makeVisible(title ?? 'New chat');
  return (
    <header class="header">
      {historyOpen ? <IconButton icon="arrow-left" label="Back to the chat" onPress={onHistory} /> : null}
      <h1 title={shown}>{shown}</h1>
      {historyOpen ? null : <IconButton icon="history" label="Chats" expanded={historyOpen} onPress={onHistory} />}
      <IconButton icon="add" label="New chat" onPress={onNew} />
    </header>
  );
}
