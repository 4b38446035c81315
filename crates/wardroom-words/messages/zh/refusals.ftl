# refusals: every key begins with refusal-. One sentence per code of wardroom_domain::Refusal.

refusal-not-your-role = 您的角色不包含此操作（{ $act }）。请由具备该角色的同事处理，或请管理员授予该角色。
refusal-not-from-here = 当前无法执行：{ $thing } 的状态为“{ $state }”，不能执行“{ $ask }”。
refusal-reason-needed = 请填写理由；理由将与决定一并保存。
refusal-field-needed = 请填写“{ $field }”。
refusal-field-wrong = “{ $field }”无法使用：{ $why }。
refusal-second-person-needed = 该内容由您编写、修改或排定，须由另一人执行此操作。
refusal-approval-stale = 内容在批准后已有改动，请重新提交批准。
refusal-embargo-in-force = 保密期有效至 { $until }。请说明理由后终止保密期，或在其结束后发布。
refusal-embargo-too-late = 已无法约定保密期：问题已公开、已被利用或已出现攻击。
refusal-embargo-ends-badly = 保密期须在未来结束，且不超过 { $days } 天。
refusal-embargo-still-active = 保密期仍有效，案例不能关闭。请先结束保密期。
refusal-incomplete = 尚缺内容：{ $missing }。
refusal-not-there = 这里没有该 { $thing }。
refusal-duplicate-of-itself = 报告或案例不能与自身重复。
refusal-already-done = 此操作已经完成。
refusal-not-for-everybody = 标签为 { $level }：请在该级别的订阅源中共享。若要发布，请改为 TLP:CLEAR 并重新批准。
refusal-for-everybody = 标签为 TLP:CLEAR，任何人都可阅读：请直接发布，或改用相应范围的标签。
