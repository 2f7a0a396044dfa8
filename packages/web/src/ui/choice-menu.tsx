import { Button, Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import css from './choice-menu.module.css';
import { OpenIcon } from './icons.ts';

interface ChoiceMenuProps<Value extends string> {
  /** What the button says, and what it is called where that does not tell. */
  children: ReactNode;
  label?: string;
  value: Value;
  choices: readonly { value: Value; word: string; means: string }[];
  onChoose(value: Value): void;
  isPending: boolean;
  /** Why the last choice was not made. */
  fault: string | undefined;
  /** As a word in the cell of a table. */
  isInline?: boolean;
}

/** One of a few, each with what it means. */
export function ChoiceMenu<Value extends string>({
  children,
  label,
  value,
  choices,
  onChoose,
  isPending,
  fault,
  isInline = false,
}: ChoiceMenuProps<Value>) {
  const [opened, setOpened] = useState(false);
  const choose = (chosen: string) => {
    const found = choices.find((each) => each.value === chosen);
    setOpened(false);
    if (found) onChoose(found.value);
  };
  const look = isInline ? { variant: 'subtle', className: css.inline } : {};
  return (
    <div>
      <Menu
        opened={opened}
        onChange={setOpened}
        position={isInline ? 'bottom-start' : 'bottom-end'}
        width={300}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <Button {...look} loading={isPending} rightSection={<OpenIcon size={13} aria-hidden />} aria-label={label}>
            {children}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.RadioGroup value={value} onChange={choose}>
            {choices.map((each) => (
              <Menu.RadioItem key={each.value} value={each.value}>
                {each.word}
                <div className="dim small">{each.means}</div>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
      <div role="alert" className="fault">
        {fault}
      </div>
    </div>
  );
}
